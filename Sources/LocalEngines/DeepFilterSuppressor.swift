import Audio
import Engines
import Tasks

/// DeepFilterNet 3 through its C library. Every stream has a model of its own, of some 13 MB.
public struct DeepFilterSuppressor: NoiseSuppressor {
    /// The model's id in the manifest.
    public let id: String
    private let library: DeepFilterLibrary
    private let model: String
    private let pool: InferencePool
    private let options: LocalEngineOptions.NoiseSuppression

    /// Loads the library of the model `id` from `home`.
    ///
    /// - Throws: `EngineError` when a file is missing or unusable.
    public init(
        id: String = "deepfilternet3", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.NoiseSuppression = .init()
    ) throws {
        self.id = id
        library = try DeepFilterLibrary(engine: id, path: home.modelFile(id, "libdeepfilter.so"))
        model = try home.modelFile(id, "DeepFilterNet3_onnx.tar.gz")
        self.pool = pool
        self.options = options
    }

    /// Loads the model, which takes some 0.4 s, at the lowest priority.
    public func openStream() async throws -> any NoiseSuppressionStream {
        let filter = try await pool.run(.speculation) { [id, library, model, options] in
            try DeepFilter(engine: id, library: library, model: model, attenuation: options.attenuation)
        }
        return try Stream(id: id, filter: filter, pool: pool)
    }

    private actor Stream: NoiseSuppressionStream {
        private let id: String
        private let filter: DeepFilter
        private let pool: InferencePool
        private var up: Resampler
        private var down: Resampler
        /// Samples that do not fill a frame yet, at the filter's rate.
        private var rest: [Float] = []
        private var cleaning = TaskChain<[Float]>()

        /// The sample rate that the network was trained for, in Hz.
        private static let filterRate = 48_000
        private static let sampleRate = 16_000

        init(id: String, filter: DeepFilter, pool: InferencePool) throws {
            self.id = id
            self.filter = filter
            self.pool = pool
            up = try Resampler(from: Self.sampleRate, to: Self.filterRate)
            down = try Resampler(from: Self.filterRate, to: Self.sampleRate)
        }

        func clean(_ samples: [Float]) async throws -> [Float] {
            // Each frame needs the state after the previous one.
            let task = cleaning.add { try await self.process(samples) }
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        }

        private func process(_ samples: [Float]) async throws -> [Float] {
            rest += up.process(samples)
            let frames = rest.count / filter.frame
            let noisy = Array(rest.prefix(frames * filter.frame))
            rest.removeFirst(noisy.count)
            guard !noisy.isEmpty else { return [] }
            // The priority of a final transcript, which may wait for this little work.
            return down.process(try await pool.run(.finalTranscript) { [filter] in filter.process(noisy) })
        }
    }
}

/// The functions of `libdeepfilter`.
///
/// `@unchecked`: the members are C functions, which do not change.
private final class DeepFilterLibrary: @unchecked Sendable {
    typealias Create = @convention(c) (UnsafePointer<CChar>, Float, UnsafePointer<CChar>?) -> OpaquePointer?
    typealias Free = @convention(c) (OpaquePointer) -> Void
    typealias FrameLength = @convention(c) (OpaquePointer) -> Int
    typealias Process = @convention(c) (OpaquePointer, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Float

    let create: Create
    let free: Free
    let frameLength: FrameLength
    let process: Process

    init(engine: String, path: String) throws {
        let library = try SharedLibrary(path, engine: engine)
        create = try library.function("df_create", as: Create.self)
        free = try library.function("df_free", as: Free.self)
        frameLength = try library.function("df_get_frame_length", as: FrameLength.self)
        process = try library.function("df_process_frame", as: Process.self)
    }
}

/// One instance of the model, with its state.
///
/// `@unchecked`: its owner uses it from one thread at a time.
private final class DeepFilter: @unchecked Sendable {
    /// Samples that are processed at a time.
    let frame: Int
    private let library: DeepFilterLibrary
    private let state: OpaquePointer

    /// - Parameter attenuation: The most that noise is attenuated, in dB.
    init(engine: String, library: DeepFilterLibrary, model: String, attenuation: Float) throws {
        // The library ends the process when it cannot read the model; the file existed a moment ago.
        guard let state = library.create(model, attenuation, nil) else {
            throw EngineError(.failed, engine: engine, "the model was not loaded")
        }
        self.library = library
        self.state = state
        frame = library.frameLength(state)
    }

    deinit { library.free(state) }

    /// Processes whole frames. It blocks, so call it on the pool.
    func process(_ samples: [Float]) -> [Float] {
        [Float](unsafeUninitializedCapacity: samples.count) { output, count in
            samples.withUnsafeBufferPointer { input in
                guard let source = input.baseAddress, let target = output.baseAddress else { return }
                for start in stride(from: 0, to: samples.count - frame + 1, by: frame) {
                    _ = library.process(state, source + start, target + start)
                    count = start + frame
                }
            }
        }
    }
}
