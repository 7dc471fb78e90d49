import Audio
import Engines
import Foundation
import JSON

extension ElevenLabsSynthesizer {
    /// One clause as a request to the service.
    struct SpeechOrder: Sendable {
        /// A connection, with everything that its clauses have in common.
        struct Socket: Sendable, Hashable {
            var url: URL
            /// The headers, which errors must not show.
            var headers: [ServiceHeader]
        }

        var text: String
        /// The voice settings; nil when everything is left to the voice.
        var settings: JSONValue?
        /// The language, for models that accept one; nil otherwise.
        var language: String?
        var socket: Socket
        var format: AudioFormat
        private let configuration: Configuration

        /// - Throws: `EngineError` when the service's base is not a URL.
        init(
            _ request: SpeechRequest, _ configuration: Configuration, errors: ServiceErrors
        ) throws(EngineError) {
            self.configuration = configuration
            text = request.text
            settings = configuration.settings.json(speed: request.speed, style: request.style)
            // Other models refuse a request that names a language.
            let takesLanguage = configuration.model.contains("_v2_5") || isThirdGeneration(configuration.model)
            language = takesLanguage ? ScribeTranscriber.languageCode(of: request.language) : nil
            format = configuration.format
            var query = [
                ("model_id", configuration.model), ("output_format", format.rawValue),
                ("inactivity_timeout", "\(Self.inactivityTimeout)"), ("sync_alignment", "true"),
            ]
            if let language { query.append(("language_code", language)) }
            let voice = SpeechServiceURL.escape(request.voice ?? configuration.voice)
            path = "/v1/text-to-speech/\(voice)"
            socket = Socket(
                url: try SpeechServiceURL.make(
                    configuration.endpoint.root, path: path + "/multi-stream-input", query: query, isWebSocket: true,
                    errors: errors),
                headers: configuration.endpoint.webSocketHeaders { ServiceHeader(name: "xi-api-key", value: $0) })
        }

        private let path: String

        /// Longest time that the service waits for the next text, in seconds.
        private static let inactivityTimeout = 180

        /// The URL of the request for the whole clause.
        func url(withTimings: Bool, errors: ServiceErrors) throws(EngineError) -> URL {
            try SpeechServiceURL.make(
                configuration.endpoint.root, path: path + (withTimings ? "/stream/with-timestamps" : "/stream"),
                query: [("output_format", format.rawValue)], errors: errors)
        }

        /// The body of the request for the whole clause.
        var body: JSONValue {
            var members: [String: JSONValue] = ["text": .string(text), "model_id": .string(configuration.model)]
            members["language_code"] = language.map { .string($0) }
            members["voice_settings"] = settings
            return .object(members)
        }

        /// The messages that have a socket speak the whole clause in the context `id`, and then close the context.
        func messages(context id: String) -> [JSONValue] {
            var opening: [String: JSONValue] = ["text": " ", "context_id": .string(id)]
            opening["voice_settings"] = settings
            return [
                .object(opening), ["text": .string(text + " "), "context_id": .string(id), "flush": true],
                // What was flushed is still spoken; without closing the context, its end would not be reported.
                ["context_id": .string(id), "close_context": true],
            ]
        }
    }
}
