import Foundation
import NIOSSL

/// A self-signed certificate for `localhost`, good for a hundred years and for nothing but these tests.
package enum TestCertificate {
    package static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIUWNul7gqzWR4h0cVtY4vKYnVK5qMwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE3MTgwOFoYDzIxMjYxMDI5
        MTcxODA4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQbYgISHF5Wp9tfRfFEDkGftXeYDycy4+zsGXX3KycB4QbL+vw8TkA/
        //t8d5AkXEtFqy3ykWEtHi5hPK1Gty1No2kwZzAdBgNVHQ4EFgQUrSxaSFAWxvt6
        UBFLzwM5cHBMPxYwHwYDVR0jBBgwFoAUrSxaSFAWxvt6UBFLzwM5cHBMPxYwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        SAAwRQIhAOXbz6wtj/o84mJyX6J9ccnE270xnZqH7MlQUOJxVPisAiAMgnLvOIyO
        SEK4ACHN+oyLEAvTRu8NlkYEg8gLbjLdSQ==
        -----END CERTIFICATE-----
        """
    package static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghSr8SvQbQMerdzAS
        Sn359eEX4Mv4jI3g89cY+NRNrUOhRANCAAQbYgISHF5Wp9tfRfFEDkGftXeYDycy
        4+zsGXX3KycB4QbL+vw8TkA///t8d5AkXEtFqy3ykWEtHi5hPK1Gty1N
        -----END PRIVATE KEY-----
        """

    package static func serverContext() throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
    }
}
