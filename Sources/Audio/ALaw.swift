/// The ITU-T G.711 A-law codec.
public enum ALaw {
    /// Every second bit of a code is inverted in transmission.
    private static let inversion: UInt8 = 0x55

    /// The code of a 16-bit value, of which A-law keeps the upper 13 bits.
    public static func code(for value: Int16) -> UInt8 {
        // The complement instead of the negative makes the two halves mirror images, each with its own zero.
        let magnitude = Int(value < 0 ? ~value : value) >> 3
        let sign: UInt8 = value < 0 ? 0 : 0x80
        // The first two segments have the same step; each later one has twice the step of the one before.
        let segment = max(0, Int.bitWidth - magnitude.leadingZeroBitCount - 5)
        let step = max(1, segment)
        return (sign | UInt8(segment << 4) | UInt8(magnitude >> step & 0x0F)) ^ inversion
    }
}
