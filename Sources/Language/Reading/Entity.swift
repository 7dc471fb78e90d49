/// A character reference of HTML at the head of a text: `&amp;`, `&#39;`, `&#x2014;`.
package struct Entity: Sendable, Hashable {
    /// The scalar that it stands for. An ASCII mark is a private-use scalar until markup has been removed, so that a
    /// decoded `<` opens no tag.
    package let scalar: Unicode.Scalar
    /// Length in characters, `&` and `;` included.
    package let length: Int

    /// Longest name between `&` and `;`, in characters; anything longer is text.
    package static let longest = 10
    /// The private-use scalar that stands for U+0000; the other ASCII marks follow it.
    private static let marks: UInt32 = 0xE100

    /// Nil when `text` begins with no entity, or with an unknown one.
    package init?(at text: Substring) {
        let name = text.dropFirst().prefix(Self.longest + 1).prefix { $0 != ";" }
        guard name.count <= Self.longest, name.endIndex < text.endIndex, text[name.endIndex] == ";",
            let scalar = Self.scalar(name)
        else { return nil }
        let isMark = scalar.isASCII && !scalar.isWordCode && !scalar.isSpace
        self.scalar = isMark ? Unicode.Scalar(Self.marks + scalar.value) ?? scalar : scalar
        length = name.count + 2
    }

    /// The ASCII mark that a private-use scalar stands for between the passes; nil for other scalars.
    static func mark(_ code: Unicode.Scalar) -> Unicode.Scalar? {
        (marks..<marks + 0x80).contains(code.value) ? Unicode.Scalar(code.value - marks) : nil
    }

    private static func scalar(_ name: Substring) -> Unicode.Scalar? {
        guard name.first == "#" else { return named[String(name)] }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        guard let value = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10) else { return nil }
        if value == 9 || value == 10 || value == 13 { return " " }
        return value < 0x20 || value == 0x7F || (0xE000...0xF8FF).contains(value) ? nil : Unicode.Scalar(value)
    }

    private static let named: [String: Unicode.Scalar] = {
        var table: [String: Unicode.Scalar] = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "num": "#", "ast": "*", "lowbar": "_",
            "lsqb": "[", "rsqb": "]", "verbar": "|", "dollar": "$", "percnt": "%", "commat": "@", "plus": "+",
            "equals": "=", "colon": ":", "comma": ",", "period": ".", "excl": "!", "quest": "?", "sol": "/",
            "lpar": "(", "rpar": ")", "ndash": "–", "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’",
            "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "bull": "•", "prime": "′", "Prime": "″",
            "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "zwnj": "\u{200C}", "zwj": "\u{200D}",
            "euro": "€", "trade": "™", "larr": "←", "rarr": "→", "minus": "−", "asymp": "≈", "ne": "≠", "le": "≤",
            "ge": "≥", "infin": "∞", "OElig": "Œ", "oelig": "œ", "Scaron": "Š", "scaron": "š", "Yuml": "Ÿ",
        ]
        // Latin-1 in order, from U+00A0.
        let latin = """
            nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
            acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
            Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc \
            Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml \
            aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc \
            otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
            """
        for (offset, name) in latin.split(separator: " ").enumerated() {
            table[String(name)] = Unicode.Scalar(UInt8(0xA0 + offset))
        }
        return table
    }()
}
