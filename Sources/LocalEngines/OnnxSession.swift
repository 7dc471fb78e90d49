import COnnxRuntime
import Engines
import Glibc

/// A model in ONNX Runtime.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and ONNX Runtime allows sessions to run on several
/// threads at the same time.
final class OnnxSession: @unchecked Sendable {
    /// An input tensor of a model.
    enum Input {
        case float([Float], shape: [Int64])
        case int64([Int64], shape: [Int64])
    }

    private let engine: String
    private let session: OpaquePointer

    /// Loads the model in the file `path`.
    ///
    /// - Parameters:
    ///   - threads: The number of threads of one run.
    ///   - keepsMemory: Whether the memory of a run is kept for the next one, once for all threads of the pool.
    ///     Otherwise it goes back to the allocator, which keeps large buffers too, but for each thread; small models
    ///     are better off without.
    /// - Throws: `EngineError` in `engine`'s name when the model cannot be loaded.
    init(engine: String, path: String, threads: Int, keepsMemory: Bool = false) throws {
        self.engine = engine
        guard Self.isSupported(version: String(cString: parley_onnx_version())) else {
            throw EngineError(
                .unavailable, engine: engine,
                "ONNX Runtime \(String(cString: parley_onnx_version())) is not supported; `make setup` fetches one that is"
            )
        }
        var session: OpaquePointer?
        try Self.check(parley_onnx_load(path, Int32(threads), keepsMemory, &session), engine: engine)
        guard let session else { throw EngineError(.failed, engine: engine, "the model was not loaded") }
        self.session = session
    }

    deinit { parley_onnx_unload(session) }

    /// Runs the model once. It blocks, so call it on the pool.
    ///
    /// - Parameters:
    ///   - inputs: The inputs by name.
    ///   - outputs: The names of float outputs, with the number of elements of each; nil where it is not known before.
    /// - Returns: The outputs in the order of `outputs`.
    /// - Throws: `EngineError` when the model fails or has other inputs and outputs.
    func run(_ inputs: [(name: String, value: Input)], outputs: [(name: String, count: Int?)]) throws -> [[Float]] {
        // The tensors point into this memory, which lives until the end of the scope.
        var owned: [UnsafeMutableRawPointer] = []
        defer { for pointer in owned { pointer.deallocate() } }
        func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
            let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
            pointer.initialize(from: values, count: values.count)
            owned.append(UnsafeMutableRawPointer(pointer))
            return pointer
        }
        func name(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(copy(Array(text.utf8CString))) }

        let inputTensors = inputs.map { input in
            switch input.value {
            case .float(let values, let shape):
                ParleyOnnxTensor(
                    name: name(input.name), type: ParleyOnnxFloat, data: copy(values), count: values.count,
                    shape: copy(shape), rank: shape.count)
            case .int64(let values, let shape):
                ParleyOnnxTensor(
                    name: name(input.name), type: ParleyOnnxInt64, data: copy(values), count: values.count,
                    shape: copy(shape), rank: shape.count)
            }
        }
        var outputTensors = outputs.map { output in
            ParleyOnnxTensor(
                name: name(output.name), type: ParleyOnnxFloat,
                data: output.count.map { copy([Float](repeating: 0, count: $0)) }, count: output.count ?? 0, shape: nil,
                rank: 0)
        }
        defer { for (output, tensor) in zip(outputs, outputTensors) where output.count == nil { free(tensor.data) } }
        try Self.check(
            parley_onnx_run(session, inputTensors, inputTensors.count, &outputTensors, outputTensors.count),
            engine: engine)
        return outputTensors.map { tensor in
            Array(UnsafeBufferPointer(start: tensor.data?.assumingMemoryBound(to: Float.self), count: tensor.count))
        }
    }

    /// Version 1 of the interface fixes the order of the runtime's table of functions.
    private static func isSupported(version: String) -> Bool { version.hasPrefix("1.") }

    private static func check(_ message: UnsafeMutablePointer<CChar>?, engine: String) throws {
        guard let message else { return }
        defer { free(message) }
        throw EngineError(.failed, engine: engine, String(cString: message))
    }
}
