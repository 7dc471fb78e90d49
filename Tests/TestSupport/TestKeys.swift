/// Keys and certificates, good for a hundred years and for nothing but these tests.
package enum TestKeys {
    /// 2048 bits, PKCS #8.
    package static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDlBELV1CDJzJaj
        skYZaX78u/acDry0ABa1PiyrfL5Ez/eWXUmW1pvZEcyOo9URhwJIxgmufwrNdoyU
        OmrzdCJwxQ5Nf6NH0CXGae/i///r9yP9kidfOCB2uv8/cOyn9diqfz3uoMaXc8d6
        BCO+8b/NG5swpj0RyfzNqWGxKo8QP6jxjM4xHXqNcRZJntYh50wAvpnKvovaVXLy
        O8jMA4q2evcvXIwrm912rul4/RqXeIvOaj/WpKSXxY2fnw5Q1Ne0k+r5XIrg8F6R
        myunqrgjMMWeFozD49LgyiXDhLh+34zuexVFiAkek61IV0uYmpQyG7yMX5rMDoy/
        pF4JayWbAgMBAAECggEAcd35gSm0l8FyULfN5MqwSecHCbbGGlVE9R6RxT4DuGES
        wB9n/Gh+GqKf63gH82wGNbrJi4o9C8VaxkR5csyWZy2DHANPYuBaN9nqXRpd26wI
        qAYoL07PzVjSmm+CK0ywSq1zVJd5xknZr5ApWcIHVGracYjmKlccrAEAwr7fXPrp
        AtnfjPH2jBnSShXFzz5rURJvvAKQczfwHLxlGMIzdYGB7BYFF2FvRZxxuuwESK0C
        hga7fgPUPGUjOyQEGrRel5/w+7VvzyvQ6AOmM6/0W8CfQ3cz9QVKspwheu7r3vfw
        CvJR3zsg0jYxURV9vo5Jh8mV/VADNMOeSuzzpjKdKQKBgQD8BthG7txAayarCCu5
        nlM6JT2Ln84smpPex/5DHebA2EGu6ec2g7mEpoMawEiMt9QZv33Ah4Kk69tun9Z/
        cP3/hHbu5y15XiG67dHYvWwIZ9QMYRVkDkRTXhS5c8A9go8b94bkuGUeaW5WWhzL
        u+21xLlBm/5ceobiNtyUp+Zy3QKBgQDooIy9kkSX9k7MvQGifRZU+Hj2/Of2Tidj
        Dq8caU3Rh8O9Xa4UbdRLau2hJM+eJ4ij6B6BxSgX4hTQyWhSzIJCqlqvEMo8UMng
        rWPxiltIhmUJFv3hLOeJEJCTc5jnExFav2wSTsvKCcJIQLDHTrnc1PRR4+VkNibg
        CjBPqzWG1wKBgQCPzRAGmS/PCdSMbiMUzEPMv4b4bfxj8udAjHiFr0AE9N+1f/zP
        XCW0jJXt450Bvbol3t9PxYJDu9f+rPDk0oH7E4gRFJMb1xwD3sKHmr1TpnqVfaeI
        6aMOtnW4w1UDQ8WIPZoYUyZPTfUJDG21ycr+lfrmdq2R8s+Xr5n4sDyLeQKBgDq9
        1+xC1ClfXBSdIZ2LYqlAOSN9R4HNyGpeGd/dw3XGh6n4zu1/slz8+lZ3uimgqANj
        qNhyFaa6QzFZuos18yqsY8vTPI4whFnEzvj+TACrVzYNZTyIH0tgMHHbfd/T080L
        i1mwJgu1nSarlzgs7AgUikFnf9RnTDfEuuBTRmfvAoGBAKcAWlIRU/6MqZLsXx8D
        3DmvwDRF7COPax1HlGNnQ63Xk9QjRXq9vZQtmO2khwB2DAPPEBGokrMfpLxm9MuY
        zLRcDvf5AMceMEjSWpGNRuSZCeOzHjlf9Rm0skaKypedOBjaO5Vbw7slqZW5r+dR
        7EWrjixP1zedL0oqobVshyzT
        -----END PRIVATE KEY-----
        """
    /// The same key, PKCS #1.
    package static let traditional = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEA5QRC1dQgycyWo7JGGWl+/Lv2nA68tAAWtT4sq3y+RM/3ll1J
        ltab2RHMjqPVEYcCSMYJrn8KzXaMlDpq83QicMUOTX+jR9Alxmnv4v//6/cj/ZIn
        Xzggdrr/P3Dsp/XYqn897qDGl3PHegQjvvG/zRubMKY9Ecn8zalhsSqPED+o8YzO
        MR16jXEWSZ7WIedMAL6Zyr6L2lVy8jvIzAOKtnr3L1yMK5vddq7peP0al3iLzmo/
        1qSkl8WNn58OUNTXtJPq+VyK4PBekZsrp6q4IzDFnhaMw+PS4Molw4S4ft+M7nsV
        RYgJHpOtSFdLmJqUMhu8jF+azA6Mv6ReCWslmwIDAQABAoIBAHHd+YEptJfBclC3
        zeTKsEnnBwm2xhpVRPUekcU+A7hhEsAfZ/xofhqin+t4B/NsBjW6yYuKPQvFWsZE
        eXLMlmctgxwDT2LgWjfZ6l0aXdusCKgGKC9Oz81Y0ppvgitMsEqtc1SXecZJ2a+Q
        KVnCB1Rq2nGI5ipXHKwBAMK+31z66QLZ34zx9owZ0koVxc8+a1ESb7wCkHM38By8
        ZRjCM3WBgewWBRdhb0WccbrsBEitAoYGu34D1DxlIzskBBq0Xpef8Pu1b88r0OgD
        pjOv9FvAn0N3M/UFSrKcIXru69738AryUd87INI2MVEVfb6OSYfJlf1QAzTDnkrs
        86YynSkCgYEA/AbYRu7cQGsmqwgruZ5TOiU9i5/OLJqT3sf+Qx3mwNhBrunnNoO5
        hKaDGsBIjLfUGb99wIeCpOvbbp/Wf3D9/4R27ucteV4huu3R2L1sCGfUDGEVZA5E
        U14UuXPAPYKPG/eG5LhlHmluVlocy7vttcS5QZv+XHqG4jbclKfmct0CgYEA6KCM
        vZJEl/ZOzL0Bon0WVPh49vzn9k4nYw6vHGlN0YfDvV2uFG3US2rtoSTPnieIo+ge
        gcUoF+IU0MloUsyCQqparxDKPFDJ4K1j8YpbSIZlCRb94SzniRCQk3OY5xMRWr9s
        Ek7LygnCSECwx0653NT0UePlZDYm4AowT6s1htcCgYEAj80QBpkvzwnUjG4jFMxD
        zL+G+G38Y/LnQIx4ha9ABPTftX/8z1wltIyV7eOdAb26Jd7fT8WCQ7vX/qzw5NKB
        +xOIERSTG9ccA97Ch5q9U6Z6lX2niOmjDrZ1uMNVA0PFiD2aGFMmT031CQxttcnK
        /pX65natkfLPl6+Z+LA8i3kCgYA6vdfsQtQpX1wUnSGdi2KpQDkjfUeBzchqXhnf
        3cN1xoep+M7tf7Jc/PpWd7opoKgDY6jYchWmukMxWbqLNfMqrGPL0zyOMIRZxM74
        /kwAq1c2DWU8iB9LYDBx233f09PNC4tZsCYLtZ0mq5c4LOwIFIpBZ3/UZ0w3xLrg
        U0Zn7wKBgQCnAFpSEVP+jKmS7F8fA9w5r8A0Rewjj2sdR5RjZ0Ot15PUI0V6vb2U
        LZjtpIcAdgwDzxARqJKzH6S8ZvTLmMy0XA73+QDHHjBI0lqRjUbkmQnjsx45X/UZ
        tLJGisqXnTgY2juVW8O7JamVua/nUexFq44sT9c3nS9KKqG1bIcs0w==
        -----END RSA PRIVATE KEY-----
        """
    /// 1024 bits.
    package static let small = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALC2vSt5SlYVVLlF
        rEsBMaWsV+zH1DgcfANT3nXpYCe0VxRHLyldpP4bV/ZopSE+1TC4q6nyRvemNZOS
        gR8u+0CE4nfHjTOeu2i0f5y/rcou8DEmP1Z+oEcTRgW3CkHJwrGIujQMQHJBE2vh
        mZoLcGuDNxOZFOygyD5OpblRGSs/AgMBAAECgYEApTNAp6qtDsrEOKvkxP2pvxrd
        27J4N7iRSr8WIh75UETsfz2I3l/4BcHkOqxbazgFL5YEjUy8gXn1bi8w3MkcAgY9
        xggpg+vh4HpI1+l9K5zSdpyiwdhKguGt0zcBM8r8yyw9auUgCWdvmeYMMm9xdBIL
        GWTsMzILGswLdnsgqikCQQDra6x1jC1in+/B2KuL6T+Xu32aKwj3LYh1/pC8f+lL
        DyE120B0/aBy/E65sjMZ24EBHQg8kSRki58lBW3fEpc7AkEAwClN1o3al/VdGAB0
        t4v6PhinZmrlCN+orDF0KiKbzOGxZ3sLbkRGjotvlMKRNcQNANZI/ByXU2Njz8BM
        nwsjzQJALAeCRKXH4zcoXyfHxa4E/7rIHepIjfoNGIxYw3hkyG329xyfbIH23SqF
        CsPiPMbJ1Mx6OuGmXcujIwhl6R+P+wJAHBht5wbKhRk8yTuX1RZEOjwEjbbnUcrR
        sItyfo6c1PHSrFyTKUYWQtUkNU3VSVUmyY6LEUFk5q5Lc56cFUzdqQJAE68DXhmt
        eIGNeql/LjQfJoGXoK6VTygAPII0N6qY7AIEzqdsHw0P5K/J+Kv7AEl3SDEItG7Q
        nMHF83kijyrQvw==
        -----END PRIVATE KEY-----
        """
    /// Of a client.
    package static let annCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhzCCAS6gAwIBAgIUaHW5mjZ8EtTE0IgFn7JH7am5ArwwCgYIKoZIzj0EAwIw
        DjEMMAoGA1UEAwwDYW5uMCAXDTI2MTEzMDA2MTcyMVoYDzIxMjYxMTA2MDYxNzIx
        WjAOMQwwCgYDVQQDDANhbm4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ/3J//
        PcdWEOdyOP6imj4BmPhd5ioFK/qupApIHwQUUTVgNibeYYkEozoF4VeBnx05/tOC
        JZEAPLj0yzPM9gGco2gwZjAdBgNVHQ4EFgQUFoeNe0pYd+kCpBmj8W888FAfFKYw
        HwYDVR0jBBgwFoAUFoeNe0pYd+kCpBmj8W888FAfFKYwDwYDVR0TAQH/BAUwAwEB
        /zATBgNVHSUEDDAKBggrBgEFBQcDAjAKBggqhkjOPQQDAgNHADBEAiBiIinMVmFJ
        p9BOOSbWLnoZFmSOoniQbAyMGQ/UCgi6aQIgLE/b6g9GJBf3eR8hQVgVTEvdtFUn
        +F7luOLZc56uPAE=
        -----END CERTIFICATE-----
        """
    /// Its key.
    package static let annKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgy5yiFoK05kfP/Xiu
        KslWmJbeaLZMcH+4NFv4+5W2GyahRANCAAQ/3J//PcdWEOdyOP6imj4BmPhd5ioF
        K/qupApIHwQUUTVgNibeYYkEozoF4VeBnx05/tOCJZEAPLj0yzPM9gGc
        -----END PRIVATE KEY-----
        """
    /// Its key, encrypted with `open-sesame`.
    package static let annEncryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjW9Ajq/TiwDQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEITrJPkrmfGI6fFw09JUrykEgZAg
        +Be+Vc7H2NR2OBlD+vdQSFoCQC7bW4yLuzZ9ailW0kGCvPQStlM+hzUtEHgXHExR
        fmanpuIP0KmCL+x6FCQopKUQjOCWhKtJ0+01wYxUD/9AFuopZGltfyOy8IzQN70h
        j9+4fr6jTU5g8ArcthqOTLWuMp1hNRxjKIXjjvWBmFFu0ALtVJOtzcoybGruZBk=
        -----END ENCRYPTED PRIVATE KEY-----
        """
    /// Of another client.
    package static let bobCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBiDCCAS6gAwIBAgIUXqz+/YQb9VdLFra0AMZVBNcaDqMwCgYIKoZIzj0EAwIw
        DjEMMAoGA1UEAwwDYm9iMCAXDTI2MTEzMDA2MTcyMVoYDzIxMjYxMTA2MDYxNzIx
        WjAOMQwwCgYDVQQDDANib2IwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATOXIGP
        rgnXUWBluHCUYk4jyvyPRT7bFy2uRnDIQrgX4aTe9ngJMTtJnFrMWxgmYB+l3OQP
        8r0/aGtUEkA45ZjYo2gwZjAdBgNVHQ4EFgQUmQM2RSf5/mr/d97R6ph57OpZE6Qw
        HwYDVR0jBBgwFoAUmQM2RSf5/mr/d97R6ph57OpZE6QwDwYDVR0TAQH/BAUwAwEB
        /zATBgNVHSUEDDAKBggrBgEFBQcDAjAKBggqhkjOPQQDAgNIADBFAiBJhJSKXba+
        kbD8gWjf6Be2Eu5SVdlkF/YVaiJnNeojcgIhAP7i+MU/odPGcQf2akV8frtlZ5t/
        JXn69kNBFLAi9Xx2
        -----END CERTIFICATE-----
        """
    /// Its key.
    package static let bobKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3gb6qIsQ+o7VWqRR
        Ro3EAkBwiP/nvhF58VDk1PJ2bNehRANCAATOXIGPrgnXUWBluHCUYk4jyvyPRT7b
        Fy2uRnDIQrgX4aTe9ngJMTtJnFrMWxgmYB+l3OQP8r0/aGtUEkA45ZjY
        -----END PRIVATE KEY-----
        """
}
