/// Addresses, and codes of letters and digits.
extension EnglishReader {
    /// Longest path of an address that is still read out, in characters; of a longer one the host alone is said.
    private static let longestPath = 32

    /// An e-mail address or URL at `index`.
    mutating func readAddress() -> Bool {
        var end = tokenEnd(index)
        while end > index, !text[end - 1].isWordCode, text[end - 1] != 0x2F { end -= 1 }
        var start = index
        let codes = text.codes
        guard let sign = codes[start..<end].firstIndex(where: { $0 == 0x40 || $0 == 0x2E || $0 == 0x3A }) else {
            return false
        }
        if let at = codes[start..<end].firstIndex(of: 0x40), at > start,
            codes[at..<end].contains(0x2E), codes[start..<at].allSatisfy(Self.isMailbox)
        {
            if text.has("mailto:", at: start) { start += 7 }
            say(spelledAddress(start..<at) + " at " + spelledAddress(at + 1..<end), to: end)
            previous = ""
            return true
        }
        if text.has("https://", at: start) {
            start += 8
        } else if text.has("http://", at: start) {
            start += 7
        } else if !text.has("www.", at: start) {
            guard text[sign] == 0x2E else { return false }
        }
        let isBare = start == index && !text.has("www.", at: start)
        if text.has("www.", at: start) { start += 4 }
        var host = start
        while host < end, text[host].isWordCode || text[host] == 0x2D || text[host] == 0x2E { host += 1 }
        guard let dot = codes[start..<host].lastIndex(of: 0x2E), dot + 1 < host else { return false }
        let domain = text.lowercased(dot + 1..<host)
        if isBare {
            guard SpokenLexicon.topLevelDomains.contains(domain), codes[dot + 1..<host].allSatisfy(\.isLower),
                host == end || text[host] == 0x2F || text[host] == 0x3A
            else { return false }
        }
        if text[host] == 0x3A, text[host + 1].isDigit {  // port
            var port = host + 1
            while text[port].isDigit { port += 1 }
            host = port
        }
        var path = host
        while path < end, text[path] != 0x3F, text[path] != 0x23 { path += 1 }
        while path > host, text[path - 1] == 0x2F { path -= 1 }
        var spoken = spelledAddress(start..<host)
        if path > host, path - host <= Self.longestPath { spoken += " " + spelledAddress(host..<path) }
        say(spoken, to: end)
        previous = ""
        return true
    }

    private static func isMailbox(_ code: UInt32) -> Bool {
        code.isWordCode || code == 0x2E || code == 0x5F || code == 0x2D || code == 0x2B || code == 0x25 || code == 0x3A
    }

    private func spelledAddress(_ range: Range<Int>) -> String {
        var words: [String] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let code = text[position]
            var end = position + 1
            if code.isDigit {
                while end < range.upperBound, text[end].isDigit { end += 1 }
                words.append(digitRun(position..<end))
            } else if code.isLetter {
                while end < range.upperBound, text[end].isLetter { end += 1 }
                words.append(text.string(position..<end))
            } else {
                switch code {
                case 0x2E: words.append("dot")
                case 0x2F: words.append("slash")
                case 0x2D: words.append("dash")
                case 0x5F: words.append("underscore")
                case 0x2B: words.append("plus")
                case 0x3A: words.append("colon")
                case 0x40: words.append("at")
                default: break
                }
            }
            position = end
        }
        return words.joined(separator: " ")
    }

    /// Up to two digits as a number, more one by one.
    func digitRun(_ range: Range<Int>) -> String {
        let digits = text.codes[range]
        if digits.count <= 2, digits.first != 0x30 || digits.count == 1 {
            return NumberWords.cardinal(digits.reduce(0) { $0 * 10 + Int($1) - 0x30 })
        }
        if digits.count == 4, let value = Int(text.string(range)), (1900...2099).contains(value) {
            return NumberWords.year(value)
        }
        return NumberWords.digits(digits, groups: [digits.count])
    }

    /// Letters and digits in one token: `A1B2` spelled, `MP3`, `GPT-4o`, `COVID-19`, `v2.1` in parts.
    mutating func readCode() -> Bool {
        let start = index
        var end = start
        var changes = 0
        var digits = 0
        while text[end].isAsciiLetter || text[end].isDigit
            || (text[end] == 0x2D && (text[end + 1].isDigit || digits > 0 && text[end + 1].isAsciiLetter))
        {
            if end > start, text[end].isDigit != text[end - 1].isDigit, text[end] != 0x2D, text[end - 1] != 0x2D {
                changes += 1
            }
            if text[end].isDigit { digits += 1 }
            end += 1
        }
        guard digits > 0 else { return false }
        let head = letters(at: start)
        // "v2.1": the number is read as such.
        if head.count == 1, text[start] == 0x76 || text[start] == 0x56, text[start + 1].isDigit {
            say("version", to: head.upperBound)
            return true
        }
        let capitals = text.codes[start..<end].allSatisfy { $0.isUpper || $0.isDigit || $0 == 0x2D }
        let tail = text[end - 1].isDigit ? end - start - head.count : 0
        if capitals, changes > 1 || digits >= 3 && head.count <= 3 || digits >= 5 {
            say(spell(start..<end), to: end)
        } else if changes <= 1 || tail == 0 {
            var words: [String] = []
            var position = start
            while position < end {
                var next = position + 1
                if text[position].isDigit {
                    while next < end, text[next].isDigit { next += 1 }
                    words.append(digitRun(position..<next))
                } else if text[position].isLetter {
                    while next < end, text[next].isLetter { next += 1 }
                    let word = text.string(position..<next)
                    words.append(word == "A" || word == "a" ? "A," : word)
                }
                position = next
            }
            say(words.joined(separator: " "), to: end)
        } else {
            say(spell(start..<end), to: end)
        }
        previous = text.lowercased(start..<end)
        return true
    }

    /// Letters and digits one by one; a comma keeps "A" from being read as the article.
    func spell(_ range: Range<Int>) -> String {
        var words: [String] = []
        for position in range {
            let code = text[position]
            if code == 0x2D {
                if let last = words.popLast() { words.append(last.last == "," ? last : last + ",") }
            } else if code.isDigit {
                words.append(NumberWords.cardinal(Int(code) - 0x30))
            } else if let scalar = Unicode.Scalar(code), scalar.properties.isGraphemeExtend {
                continue
            } else {
                let letter = text.string(position..<position + 1).uppercased()
                words.append(letter == "A" && position + 1 < range.upperBound ? "A," : letter)
            }
        }
        return words.joined(separator: " ")
    }
}
