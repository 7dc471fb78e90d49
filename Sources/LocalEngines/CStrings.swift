import Glibc

/// Owns the strings that a C structure points to.
///
/// `@unchecked`: strings are never changed, and only one owner adds strings, before it shares the object.
final class CStrings: @unchecked Sendable {
    private var strings: [UnsafeMutablePointer<CChar>] = []

    deinit { for string in strings { free(string) } }

    /// Copies `text` into memory that lives as long as this object; nil only when memory is exhausted.
    func keep(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        strings.append(copy)
        return UnsafePointer(copy)
    }
}

/// Finds the files of a model, for the fields of a C structure.
struct ModelFiles {
    let model: String
    let home: EngineHome
    let strings: CStrings

    /// The path of the first of `names` that exists.
    ///
    /// - Throws: `EngineError` that names the missing file.
    func callAsFunction(_ names: String...) throws -> UnsafePointer<CChar>? {
        for name in names where home.hasModel(model, files: [name]) {
            return strings.keep(try home.modelFile(model, name))
        }
        return strings.keep(try home.modelFile(model, names[0]))
    }

    /// The path of `NAME.onnx` or, when there is none, of `NAME.int8.onnx`.
    func onnx(_ name: String) throws -> UnsafePointer<CChar>? { try self("\(name).onnx", "\(name).int8.onnx") }

    func has(_ name: String) -> Bool { home.hasModel(model, files: [name]) }
}
