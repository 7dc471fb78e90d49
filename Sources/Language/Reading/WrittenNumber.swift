/// A number as written: `1,234.50`, `10 000`, `.5`, `007`.
struct WrittenNumber: Sendable, Hashable {
    /// The digits before the point, without group separators.
    var digits: [Unicode.Scalar] = []
    var fraction: [Unicode.Scalar] = []
    /// The separator between groups of digits; nil when they are not grouped.
    var separator: Unicode.Scalar?
    var end: Int

    /// The value of the digits before the point; nil when there are more than 15.
    var value: Int? { digits.count <= 15 ? digits.reduce(0) { $0 * 10 + $1.digit } : nil }
    var isOne: Bool { value == 1 && fraction.isEmpty }
    /// Whether it consists of digits alone.
    var isPlain: Bool { fraction.isEmpty && separator == nil }
    var isRound: Bool { digits.last == "0" }
}

extension Glyphs {
    func digitsEnd(_ start: Int) -> Int { end(from: start) { $0.isDigit } }

    /// The number whose digits, or point and digits, begin at `start`.
    func number(at start: Int) -> WrittenNumber {
        var number = WrittenNumber(end: digitsEnd(start))
        number.digits = Array(codes[start..<number.end])
        if let (separator, end) = groups(from: start, to: number.end) {
            number.digits += codes[number.end..<end].filter(\.isDigit)
            (number.separator, number.end) = (separator, end)
        }
        let decimals = number.end + 1
        let end = digitsEnd(decimals)
        let isDecimal =
            switch self[number.end] {
            case ".": end > decimals
            // A comma is a decimal comma in "12,50 €" and "10 000,5"; elsewhere it separates two numbers.
            case ",": isDecimalComma(number, start, decimals..<end)
            default: false
            }
        if isDecimal {
            number.fraction = Array(codes[decimals..<end])
            number.end = end
        }
        return number
    }

    private func isDecimalComma(_ number: WrittenNumber, _ start: Int, _ decimals: Range<Int>) -> Bool {
        guard (1...2).contains(decimals.count), number.separator != ",", !self[decimals.upperBound].isWordCode else {
            return false
        }
        return number.separator != nil || decimals.count == 2 && isMoney(start, decimals.upperBound)
    }

    /// Whether a currency's sign touches either end of a number, or stands a space away.
    private func isMoney(_ start: Int, _ end: Int) -> Bool {
        let before = self[start - 1] == " " ? self[start - 2] : self[start - 1]
        let after = self[end] == " " ? self[end + 1] : self[end]
        return before.isCurrency || after.isCurrency
    }

    /// Groups of thousands after up to three digits: their separator, and where they end. Indian groups of two may
    /// stand before the last group of three.
    private func groups(from start: Int, to first: Int) -> (separator: Unicode.Scalar, end: Int)? {
        let separator = self[first]
        guard (1...3).contains(first - start), self[start] != "0" else { return nil }
        var (end, count, isIndian, isCertain) = (first, 0, false, false)
        switch separator {
        case ",", "'", Self.groupSpace: isCertain = true
        case ".", " ": break
        default: return nil
        }
        var isNoAddress = String(codes[start..<first]) > "255" && first - start == 3
        while self[end] == separator, count < DigitRun.mostGroups {
            let next = digitsEnd(end + 1)
            let size = next - end - 1
            guard size == 3 || size == 2 && separator == "," && (count == 0 || isIndian) && first - start < 3 else {
                break
            }
            if separator == " ", self[end + 1] == "0" { isCertain = true }
            // A point separates groups only where neither an address nor a version can be meant.
            isNoAddress = isNoAddress || String(codes[end + 1..<next]) > "255"
            if separator == ".", count > 0, isNoAddress { isCertain = true }
            if separator == ".", self[next] == ",", digitsEnd(next + 1) == next + 3 { isCertain = true }
            if size == 2 { isIndian = true }
            (end, count) = (next, count + 1)
            if isIndian, size == 3 { break }
        }
        guard count > 0, !isIndian || self[end - 4] == ",", !self[end].isDigit else { return nil }
        // "10 500" with a plain space may be two numbers.
        if separator == " " { isCertain = isCertain || count > 1 && first - start < 3 || isMoney(start, end) }
        return isCertain ? (separator, end) : nil
    }
}
