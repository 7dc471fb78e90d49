import Audio
import Engines
import Foundation
import JSON

extension ElevenLabsSynthesizer {
    /// One clause as the service is asked for it.
    struct SpeechOrder: Sendable {
        /// A connection and what all its clauses have in common.
        struct Socket: Sendable, Hashable {
            var url: URL
            /// In no error.
            var headers: [ServiceHeader]
        }

        var text: String
        /// Nil where all is left to the voice.
        var settings: JSONValue?
        /// For models that are told the language.
        var language: String?
        var socket: Socket
        var format: AudioFormat
        private let configuration: Configuration

        /// - Throws: `EngineError` when the service's base is no URL.
        init(
            _ request: SpeechRequest, _ configuration: Configuration, errors: ServiceErrors
        ) throws(EngineError) {
            self.configuration = configuration
            text = request.text
            settings = configuration.settings.json(speed: request.speed, style: request.style)
            // Others refuse a request that names one.
            let takesLanguage = configuration.model.contains("_v2_5") || isThirdGeneration(configuration.model)
            language = takesLanguage ? Self.code(of: request.language) : nil
            format = configuration.sampleRate.format
            var query = [
                ("model_id", configuration.model), ("output_format", format.rawValue),
                ("inactivity_timeout", "\(Self.inactivityTimeout)"), ("sync_alignment", "true"),
            ]
            if let language { query.append(("language_code", language)) }
            let voice = SpeechServiceURL.escape(request.voice ?? configuration.voice)
            path = "/v1/text-to-speech/\(voice)"
            guard
                let url = SpeechServiceURL.make(
                    configuration.baseURL, path: path + "/multi-stream-input", query: query, isWebSocket: true)
            else { throw errors.error(.rejected, "the service's base is not a URL of the form https://host") }
            socket = Socket(
                url: url,
                headers: configuration.endpoint.webSocketHeaders { ServiceHeader(name: "xi-api-key", value: $0) })
        }

        private let path: String

        /// The most that the service waits for the next text, in seconds.
        private static let inactivityTimeout = 180

        /// ISO 639: `pt` of `pt-BR`.
        private static func code(of language: String) -> String? {
            let code = language.split { $0 == "-" || $0 == "_" }.first.map { $0.lowercased() }
            return code == "und" || code?.isEmpty == true ? nil : code
        }

        /// The request for all of the clause.
        func url(withTimings: Bool) -> URL? {
            SpeechServiceURL.make(
                configuration.baseURL, path: path + (withTimings ? "/stream/with-timestamps" : "/stream"),
                query: [("output_format", format.rawValue)])
        }

        /// The body of that request.
        var body: JSONValue {
            var members: [String: JSONValue] = ["text": .string(text), "model_id": .string(configuration.model)]
            members["language_code"] = language.map { .string($0) }
            members["voice_settings"] = settings
            return .object(members)
        }

        /// The messages that have a socket say all of the clause in the context `id`, and then forget it.
        func messages(context id: String) -> [JSONValue] {
            var opening: [String: JSONValue] = ["text": " ", "context_id": .string(id)]
            opening["voice_settings"] = settings
            return [
                .object(opening), ["text": .string(text + " "), "context_id": .string(id), "flush": true],
                // What was flushed is still spoken; without this its end would never be told.
                ["context_id": .string(id), "close_context": true],
            ]
        }
    }
}
