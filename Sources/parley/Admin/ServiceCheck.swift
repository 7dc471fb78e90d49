import AsyncHTTPClient
import CloudEngines
import Engines
import LocalEngines

/// The check of a service in `engines.yaml`.
struct ServiceCheck: Sendable {
    /// A description of the service, without keys.
    var detail: String
    /// Why the service cannot be used; nil when it answers.
    var failure: String?

    /// Checks every service once, all at the same time.
    static func run(_ configuration: EngineConfiguration) async -> [ServiceCheck] {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: RemoteLanguageModel.clientConfiguration())
        let services = services(of: configuration)
        let checks = await withTaskGroup(of: (Int, ServiceCheck).self) { group in
            for (index, service) in services.enumerated() {
                group.addTask { (index, await check(service, client)) }
            }
            return await group.reduce(into: [(Int, ServiceCheck)]()) { $0.append($1) }
        }
        try? await client.shutdown()
        return checks.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private struct Service: Sendable {
        var name: String
        var endpoint: ServiceEndpoint
        var keyHeader: String?
    }

    private static func check(_ service: Service, _ client: HTTPClient) async -> ServiceCheck {
        let probe = ServiceProbe(
            name: service.name, endpoint: service.endpoint, keyHeader: service.keyHeader, httpClient: client)
        let place = "\(service.name) at \(service.endpoint)"
        do {
            try await probe.run()
            return ServiceCheck(detail: place)
        } catch let error as EngineError {
            return ServiceCheck(detail: place, failure: error.message)
        } catch {
            return ServiceCheck(detail: place, failure: "it was not asked")
        }
    }

    private static func services(of configuration: EngineConfiguration) -> [Service] {
        var services = configuration.providers.map { provider in
            Service(
                name: "language models \(provider.name)", endpoint: provider.endpoint,
                keyHeader: provider.api == .messages ? "x-api-key" : nil)
        }
        for transcriber in configuration.transcribers {
            let name = "transcriber \(transcriber.id)"
            switch transcriber.engine {
            case .embedded: continue
            case .openAI(let configuration): services.append(Service(name: name, endpoint: configuration.endpoint))
            case .openAIRealtime(let configuration):
                services.append(Service(name: name, endpoint: configuration.endpoint))
            case .elevenLabs(let configuration):
                services.append(
                    Service(name: name, endpoint: configuration.endpoint, keyHeader: "xi-api-key"))
            }
        }
        for voice in configuration.voices {
            let name = "voice \(voice.id)"
            switch voice.engine {
            case .embedded: continue
            case .openAI(let configuration): services.append(Service(name: name, endpoint: configuration.endpoint))
            case .elevenLabs(let configuration):
                services.append(
                    Service(name: name, endpoint: configuration.endpoint, keyHeader: "xi-api-key"))
            }
        }
        return services
    }
}
