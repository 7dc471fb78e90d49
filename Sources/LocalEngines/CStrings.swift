import Glibc

/// Strings that a C structure points to, for as long as this is held.
///
/// `@unchecked`: the strings are not changed, and are added by one owner before others see it.
final class CStrings: @unchecked Sendable {
    private var strings: [UnsafeMutablePointer<CChar>] = []

    deinit { for string in strings { free(string) } }

    /// A copy of `text` that lives as long as this; nil only when memory is out.
    func keep(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        strings.append(copy)
        return UnsafePointer(copy)
    }
}

/// Finds a model's files by the names that its engine gives them, for a C structure.
struct ModelFiles {
    let model: String
    let home: EngineHome
    let strings: CStrings

    /// The first of `names` that is there.
    ///
    /// - Throws: `EngineError` that names what is missing.
    func callAsFunction(_ names: String...) throws -> UnsafePointer<CChar>? {
        for name in names where home.hasModel(model, files: [name]) {
            return strings.keep(try home.modelFile(model, name))
        }
        return strings.keep(try home.modelFile(model, names[0]))
    }

    /// `NAME.int8.onnx` or `NAME.onnx`.
    func onnx(_ name: String) throws -> UnsafePointer<CChar>? { try self("\(name).onnx", "\(name).int8.onnx") }

    func has(_ name: String) -> Bool { home.hasModel(model, files: [name]) }
}
