/// The ITU-T G.711 µ-law codec.
public enum MuLaw {
    /// Added to the magnitude so that every segment starts at a power of two (33 for the 14-bit values of G.711, times
    /// 4).
    private static let bias = 0x84
    /// The largest magnitude whose biased value fits 15 bits.
    private static let clip = 0x7FFF - bias

    /// The value of each code in 16-bit units, −32124 … 32124; both zeros (`0x7F`, `0xFF`) are 0.
    public static let values: [Int16] = (0...255).map { code in
        let bits = ~code & 0xFF
        let magnitude = (((bits & 0x0F) << 3) + bias) << ((bits & 0x70) >> 4) - bias
        return Int16(bits & 0x80 == 0 ? magnitude : -magnitude)
    }

    /// The values as samples, −1 to 1; `0x7F` is −0, so that it is encoded to the same code again.
    static let samples: [Float] = values.enumerated().map { code, value in
        code == 0x7F ? -0.0 : Float(value) / 32768
    }

    /// The code nearest to a 16-bit value; magnitudes above 32635 are clipped.
    public static func code(for value: Int16) -> UInt8 {
        code(magnitude: Int(value.magnitude), isNegative: value < 0)
    }

    static func code(magnitude: Int, isNegative: Bool) -> UInt8 {
        let biased = min(magnitude, clip) + bias
        let exponent = Int.bitWidth - 1 - biased.leadingZeroBitCount - 7
        let mantissa = (biased >> (exponent + 3)) & 0x0F
        return ~UInt8((isNegative ? 0x80 : 0) | exponent << 4 | mantissa)
    }
}
