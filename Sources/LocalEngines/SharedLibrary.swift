import Engines
import Glibc

/// A shared library that is opened at run time, so that Parley runs without it. It is never closed: its threads and
/// allocations may outlive the last model.
struct SharedLibrary {
    private let path: String
    private let engine: String
    private let handle: UnsafeMutableRawPointer

    /// - Throws: `EngineError` when it cannot be loaded.
    init(_ path: String, engine: String) throws {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw EngineError(.unavailable, engine: engine, "\(path) cannot be loaded")
        }
        (self.path, self.engine, self.handle) = (path, engine, handle)
    }

    /// - Parameter type: that of a C function.
    func function<Function>(_ name: String, as type: Function.Type) throws -> Function {
        guard let address = dlsym(handle, name) else {
            throw EngineError(.unavailable, engine: engine, "\(path) has no \(name)")
        }
        return unsafeBitCast(address, to: type)
    }
}
