/// Orders voices and recognisers by what an agent names and by its language.
extension EngineCatalog {
    /// The voices in the order in which they are tried; the first one is being prepared.
    ///
    /// - Parameters:
    ///   - names: Ids of voices, or `ID:SPEAKER` for one of several speakers; unknown ones are ignored.
    ///   - language: The language, BCP-47; after the named voice come those that speak it, then the others.
    public func voices(named names: [String], language: String) -> [any Synthesizer] {
        let named = names.lazy.compactMap(place).first
        let others = synthesizers.indices.filter { $0 != named?.index }.map { synthesizers[$0] }
        let voices = (named.map { [voice(at: $0)] } ?? []) + others.first(covering: language) { $0.languages }
        voices.first?.prepare()
        return voices
    }

    /// The recognisers in the order in which they are tried; the first one is being prepared.
    ///
    /// - Parameters:
    ///   - names: Ids of recognisers; unknown ones are ignored.
    ///   - language: The language, BCP-47; after the named one come those that understand it, then the others.
    public func transcribers(named names: [String], language: String) -> [any Transcriber] {
        let named = names.lazy.compactMap { id in transcribers.firstIndex { $0.id == id } }.first
        let others = transcribers.indices.filter { $0 != named }.map { transcribers[$0] }
        let order = (named.map { [transcribers[$0]] } ?? []) + others.first(covering: language) { $0.languages }
        order.first?.prepare()
        return order
    }

    /// A voice by its index, with one of its speakers if it has several.
    private struct Place {
        var index: Int
        var speaker: String?
    }

    private func place(of name: String) -> Place? {
        if let index = synthesizers.firstIndex(where: { $0.id == name }) { return Place(index: index) }
        // Ids contain no colons.
        guard let colon = name.firstIndex(of: ":"),
            let index = synthesizers.firstIndex(where: { $0.id == name[..<colon] })
        else { return nil }
        return Place(index: index, speaker: String(name[name.index(after: colon)...]))
    }

    private func voice(at place: Place) -> any Synthesizer {
        let voice = synthesizers[place.index]
        return place.speaker.map { NamedSpeaker(voice: voice, speaker: $0) } ?? voice
    }
}

extension Array {
    /// The elements that cover `language`, followed by the others, each group in its order.
    fileprivate func first(covering language: String, _ languages: (Element) -> [String]) -> [Element] {
        let covers = map { LanguageTag.covers(languages($0), language) }
        return indices.filter { covers[$0] }.map { self[$0] } + indices.filter { !covers[$0] }.map { self[$0] }
    }
}

/// One speaker of a voice that has several.
private struct NamedSpeaker: Synthesizer {
    let voice: any Synthesizer
    let speaker: String

    var id: String { "\(voice.id):\(speaker)" }
    var sampleRate: Int { voice.sampleRate }
    var languages: [String] { voice.languages }
    var understandsAudioTags: Bool { voice.understandsAudioTags }
    var isEmbedded: Bool { voice.isEmbedded }

    func prepare() { voice.prepare() }

    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        var request = request
        request.voice = speaker
        return voice.synthesize(request)
    }
}
