import Credentials
import Foundation
import JSON

/// The source of secrets that configurations name with `secret_id` or `env_var_label` instead of containing them.
public struct SecretSource: Sendable {
    private let lookUp: @Sendable (String) -> String?
    private var connection: @Sendable (JSONValue) -> JSONValue? = { _ in nil }

    /// - Parameter lookUp: returns the secret of a name; nil when there is none.
    public init(_ lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

    /// The secret called `name`; nil when there is none or it is empty.
    func value(_ name: String) -> String? { lookUp(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// The secrets of `values`, by id or label, and those of `other` where there is none.
    ///
    /// - Parameter connection: Finds the auth connection that a configuration names, with its secrets.
    init(
        _ values: [String: String], else other: SecretSource,
        connection: @escaping @Sendable (JSONValue) -> JSONValue?
    ) {
        lookUp = { values[$0] ?? other.lookUp($0) }
        self.connection = connection
    }

    /// How requests prove who they are from, by the auth connection that a configuration names; nil, with a warning, when
    /// there is none that can be used.
    ///
    /// - Parameter place: the configuration's name, for the warning.
    func credential(for locator: JSONValue?, of place: String, _ warnings: inout [String]) -> Credential? {
        guard let locator, !locator.isNull else { return nil }
        guard let connection = connection(locator) else {
            warnings.append("\(place) names no connection that is here; requests go without it.")
            return nil
        }
        do {
            return try Credential(connection)
        } catch {
            warnings.append("\(place) cannot be used (\(error)); requests go without it.")
            return nil
        }
    }

    /// The secret that a configuration names with `{"secret_id": …}` or `{"env_var_label": …}`; nil when there is none.
    public func value(for locator: JSONValue) -> String? {
        (locator["secret_id"]?.stringValue ?? locator["env_var_label"]?.stringValue).flatMap(value)
    }

    /// The environment variables of the server that begin with `PARLEY_SECRET_`. The prefix keeps configurations from
    /// reading the rest of the environment.
    public static let environment = SecretSource { ProcessInfo.processInfo.environment[variable(for: $0)] }

    /// The environment variable that holds the secret called `name`: in upper case, with `_` for characters that
    /// variables cannot have.
    static func variable(for name: String) -> String {
        "PARLEY_SECRET_"
            + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}
