/// Addresses, and codes of letters and digits.
extension EnglishReader {
    /// Longest path of an address that is read out, in characters; with a longer one only the host is said.
    private static let longestPath = 32

    /// Longest e-mail address or address without a scheme, in characters (RFC 5321, 4.5.3.1.3).
    private static let longestBare = 256

    /// Reads an e-mail address or URL at `index`.
    mutating func readAddress() -> Bool {
        let scheme = text.has("https://", at: index) ? 8 : text.has("http://", at: index) ? 7 : 0
        var start = index + scheme
        let isBare = scheme == 0 && !text.has("www.", at: start)
        if text.has("www.", at: start) { start += 4 }
        // A bare address is searched for within a bounded length, so that a long token is not scanned again and again.
        var end = isBare ? tokenEnd(index, within: Self.longestBare) : tokenEnd(index)
        while end > index, !text[end - 1].isWordCode, text[end - 1] != "/" { end -= 1 }
        guard start < end else { return false }
        let codes = text.codes
        if isBare, let at = codes[start..<end].firstIndex(of: "@"), at > start,
            codes[at..<end].contains("."), codes[start..<at].allSatisfy(Self.isMailbox)
        {
            if text.has("mailto:", at: start) { start += 7 }
            say(spelledAddress(start..<at) + " at " + spelledAddress(at + 1..<end), to: end)
            previous = ""
            return true
        }
        var host = start
        while host < end, text[host].isWordCode || text[host] == "-" || text[host] == "." { host += 1 }
        if isBare {
            guard let dot = codes[start..<host].lastIndex(of: "."), dot + 1 < host,
                SpokenLexicon.topLevelDomains.contains(text.string(dot + 1..<host)),
                host == end || text[host] == "/" || text[host] == ":"
            else { return false }
        }
        if text[host] == ":", text[host + 1].isDigit { host = text.digitsEnd(host + 1) }  // port
        var path = host
        while path < end, text[path] != "?", text[path] != "#" { path += 1 }
        while path > host, text[path - 1] == "/" { path -= 1 }
        var spoken = spelledAddress(start..<host)
        if path > host, path - host <= Self.longestPath { spoken += " " + spelledAddress(host..<path) }
        say(spoken, to: end)
        previous = ""
        return true
    }

    private static func isMailbox(_ code: Unicode.Scalar) -> Bool {
        code.isWordCode || code == "." || code == "_" || code == "-" || code == "+" || code == "%" || code == ":"
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
                case ".": words.append("dot")
                case "/": words.append("slash")
                case "-": words.append("dash")
                case "_": words.append("underscore")
                case "+": words.append("plus")
                case ":": words.append("colon")
                case "@": words.append("at")
                default: break
                }
            }
            position = end
        }
        return words.joined(separator: " ")
    }

    /// Up to two digits as one number, more digits one by one.
    func digitRun(_ range: Range<Int>) -> String {
        let digits = text.codes[range]
        if digits.count <= 2, digits.first != "0" || digits.count == 1 {
            return NumberWords.cardinal(digits.reduce(0) { $0 * 10 + $1.digit })
        }
        if digits.count == 4, let value = Int(text.string(range)), (1900...2099).contains(value) {
            return NumberWords.year(value)
        }
        return NumberWords.digits(digits, groups: [digits.count])
    }

    /// Reads letters and digits in one token: `A1B2` is spelled; `MP3`, `GPT-4o`, `COVID-19` and `v2.1` are said in
    /// parts.
    mutating func readCode() -> Bool {
        let start = index
        var end = start
        var changes = 0
        var digits = 0
        while text[end].isAsciiLetter || text[end].isDigit
            || (text[end] == "-" && (text[end + 1].isDigit || digits > 0 && text[end + 1].isAsciiLetter))
        {
            if end > start, text[end].isDigit != text[end - 1].isDigit, text[end] != "-", text[end - 1] != "-" {
                changes += 1
            }
            if text[end].isDigit { digits += 1 }
            end += 1
        }
        guard digits > 0 else { return false }
        let head = letters(at: start)
        // "v2.1": the number is read as such.
        if head.count == 1, text[start] == "v" || text[start] == "V", text[start + 1].isDigit {
            say("version", to: head.upperBound)
            return true
        }
        let capitals = text.codes[start..<end].allSatisfy { $0.isUpper || $0.isDigit || $0 == "-" }
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

    /// Says letters and digits one by one; a comma keeps "A" from being read as the article.
    func spell(_ range: Range<Int>) -> String {
        var words: [String] = []
        for position in range {
            let code = text[position]
            if code == "-" {
                if let last = words.popLast() { words.append(last.last == "," ? last : last + ",") }
            } else if code.isDigit {
                words.append(NumberWords.cardinal(code.digit))
            } else if code.properties.isGraphemeExtend {
                continue
            } else {
                let letter = text.string(position..<position + 1).uppercased()
                words.append(letter == "A" && position + 1 < range.upperBound ? "A," : letter)
            }
        }
        return words.joined(separator: " ")
    }
}
