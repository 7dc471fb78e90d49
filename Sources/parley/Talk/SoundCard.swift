import CPortAudio
import Foundation

/// A microphone and a loudspeaker, both mono at one rate, through PortAudio.
actor SoundCard {
    struct Device: Sendable {
        var index: Int
        var name: String
        var inputs: Int
        var outputs: Int
        var isDefaultInput: Bool
        var isDefaultOutput: Bool
    }

    /// The sample rate of both directions, in Hz.
    nonisolated let sampleRate: Int

    private let duplex: UnsafeMutablePointer<parley_duplex>
    private let microphone: UnsafeMutableRawPointer?
    private let loudspeaker: UnsafeMutableRawPointer?

    /// Samples that each direction can hold: 2.7 s at 48 kHz, far more than ever waits.
    private static let capacity: UInt64 = 1 << 17

    /// Opens the devices (nil for the system's defaults) at the first of `rates` that both support.
    init(input: Int?, output: Int?, rates: [Int]) throws {
        try Self.check(Self.initializePortAudio())
        do {
            let input = input.map(PaDeviceIndex.init) ?? Pa_GetDefaultInputDevice()
            let output = output.map(PaDeviceIndex.init) ?? Pa_GetDefaultOutputDevice()
            guard input >= 0, input < Pa_GetDeviceCount(), Pa_GetDeviceInfo(input).pointee.maxInputChannels > 0 else {
                throw CommandError.failed("There is no such microphone; see --list-devices.")
            }
            guard output >= 0, output < Pa_GetDeviceCount(), Pa_GetDeviceInfo(output).pointee.maxOutputChannels > 0
            else { throw CommandError.failed("There is no such loudspeaker; see --list-devices.") }
            guard let duplex = parley_duplex_create(Self.capacity) else {
                throw CommandError.failed("Not enough memory for audio.")
            }
            var failure = paInvalidSampleRate.rawValue
            for rate in rates {
                var microphone: UnsafeMutableRawPointer?
                var loudspeaker: UnsafeMutableRawPointer?
                failure = parley_duplex_start(duplex, &microphone, input, Double(rate), 1)
                guard failure == paNoError.rawValue else { continue }
                failure = parley_duplex_start(duplex, &loudspeaker, output, Double(rate), 0)
                guard failure == paNoError.rawValue else {
                    Pa_CloseStream(microphone)
                    continue
                }
                self.duplex = duplex
                self.microphone = microphone
                self.loudspeaker = loudspeaker
                sampleRate = rate
                return
            }
            parley_duplex_destroy(duplex)
            try Self.check(failure)
            throw CommandError.failed("The sound devices support none of the call's sample rates.")
        } catch {
            Pa_Terminate()
            throw error
        }
    }

    isolated deinit {
        // Closing discards the queued audio.
        Pa_CloseStream(microphone)
        Pa_CloseStream(loudspeaker)
        Pa_Terminate()
        parley_duplex_destroy(duplex)
    }

    /// The samples captured since the last call.
    func captured() -> [Float] {
        let count = Int(parley_ring_count(&duplex.pointee.captured))
        return [Float](unsafeUninitializedCapacity: count) { buffer, used in
            used = Int(parley_ring_read(&duplex.pointee.captured, buffer.baseAddress, UInt64(count)))
        }
    }

    /// The number of samples that wait for the loudspeaker.
    func waiting() -> Int { Int(parley_ring_count(&duplex.pointee.playing)) }

    func play(_ samples: [Float]) {
        _ = samples.withUnsafeBufferPointer {
            parley_ring_write(&duplex.pointee.playing, $0.baseAddress, UInt64($0.count))
        }
    }

    /// Discards the samples that wait for the loudspeaker.
    func dropWaiting() { parley_duplex_drop(duplex) }

    static func devices() throws -> [Device] {
        try check(initializePortAudio())
        defer { Pa_Terminate() }
        return (0..<max(0, Pa_GetDeviceCount())).compactMap { index in
            guard let info = Pa_GetDeviceInfo(index)?.pointee else { return nil }
            return Device(
                index: Int(index), name: String(cString: info.name), inputs: Int(info.maxInputChannels),
                outputs: Int(info.maxOutputChannels), isDefaultInput: index == Pa_GetDefaultInputDevice(),
                isDefaultOutput: index == Pa_GetDefaultOutputDevice())
        }
    }

    /// ALSA and JACK write pages about missing plugins to the standard error stream, and ALSA later a line for every
    /// underrun, into the terminal's status line; these messages are of no use.
    private static func initializePortAudio() -> PaError {
        parley_silence_alsa()
        let saved = dup(STDERR_FILENO)
        let null = open("/dev/null", O_WRONLY)
        dup2(null, STDERR_FILENO)
        defer {
            dup2(saved, STDERR_FILENO)
            close(saved)
            close(null)
        }
        return Pa_Initialize()
    }

    private static func check(_ code: PaError) throws {
        guard code < paNoError.rawValue else { return }
        throw CommandError.failed("The sound system says: \(String(cString: Pa_GetErrorText(code))).")
    }
}
