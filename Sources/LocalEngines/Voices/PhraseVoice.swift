import Engines

/// What speaks the phrases of a clause: phonemes from espeak-ng, and a model that makes speech of them.
protocol PhraseVoice: Sendable {
    /// The sample rate of all audio, in Hz.
    var sampleRate: Int { get }

    /// Words from which on a clause is spoken in parts.
    var splitAfterWords: Int { get }

    /// Speaks `phrases` one after the other. It blocks, so call it on the pool.
    ///
    /// - Parameter request: The request whose text the phrases are from, with a speed that the voice is able to speak.
    /// - Returns: Mono samples, −1 to 1, and the range of each word of the phrases, in order.
    func speak(_ phrases: [SpokenPhrase], for request: SpeechRequest) throws -> PhraseSpeech
}

/// Phrases as a voice says them.
struct PhraseSpeech: Sendable {
    var samples: [Float] = []
    /// The words in order; those that are not spoken have empty ranges.
    var words: [Range<Int>] = []
}
