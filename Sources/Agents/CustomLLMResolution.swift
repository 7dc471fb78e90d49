import Credentials
import Foundation
import JSON

extension CallSettings.CustomLLM {
    /// Why requests to the agent's own model server will differ from its configuration, as sentences for the agent's
    /// record.
    ///
    /// - Parameter configuration: `conversation_config`, complete.
    public static func warnings(
        for configuration: JSONValue, secrets: SecretSource = .environment
    ) -> [String] {
        let prompt = ConfigurationReader(configuration)["agent"]["prompt"]
        guard prompt["llm"].string == "custom-llm" else { return [] }
        var variables = TemplateFiller()
        var warnings: [String] = []
        _ = Self(prompt["custom_llm"], variables: &variables, secrets: secrets, warnings: &warnings)
        return warnings
    }

    /// Nil when `fields` name no server.
    init?(
        _ fields: ConfigurationReader, variables: inout TemplateFiller, secrets: SecretSource,
        warnings: inout [String]
    ) {
        guard let url = fields["url"].optionalString, !url.isEmpty else { return nil }
        if !url.contains("{{"), URLTemplate.address(url) == nil {
            warnings.append("custom_llm.url: not an http or https URL; every answer will fail.")
        }
        /// The secret that `value` names: outer nil when it names none, inner nil when the named one is missing.
        func secret(_ value: JSONValue, for place: String) -> String?? {
            guard let name = value["secret_id"]?.stringValue ?? value["env_var_label"]?.stringValue else {
                return .none
            }
            if let secret = secrets.value(name) { return secret }
            warnings.append(
                "\(place): there is no secret \(name) here; requests go without it. "
                    + "It is neither among the workspace's secrets nor, as \(SecretSource.variable(for: name)), in the "
                    + "server's environment.")
            return .some(nil)
        }
        let place = "custom_llm.request_headers"
        var headers: [String: String] = [:]
        for (name, value) in HeaderFields.settable(fields["request_headers"].object, in: place, &warnings) {
            if let text = value.stringValue {
                headers.set(variables.fill(text, in: place, allowsSecrets: true), forHeader: name)
            } else if let secret = secret(value, for: "\(place).\(name)") {
                if let secret { headers.set(secret, forHeader: name) }
            } else if let variable = value["variable_name"]?.stringValue {
                if let text = variables.value(variable, for: place).flatMap(CallVariables.text) {
                    headers.set(text, forHeader: name)
                }
            } else if !value.isNull {
                warnings.append("\(place).\(name): this kind of value is not supported; the header is left out.")
            }
        }
        let key = fields["api_key"]
        var apiKey = key.optionalString
        if let value = key.value, value.objectValue != nil {
            if let secret = secret(value, for: "custom_llm.api_key") {
                apiKey = secret
            } else {
                warnings.append("custom_llm.api_key: neither a string nor the name of a secret; it is left out.")
            }
        }
        let connection = "custom_llm.auth_connection"
        if let credential = secrets.credential(for: fields["auth_connection"].value, of: connection, &warnings) {
            if let added = credential.fixedHeaders {
                for (name, value) in added { headers.set(value, forHeader: name) }
            } else {
                warnings.append(
                    "\(connection): models are asked with bearer, basic or custom header connections only; requests go "
                        + "without it.")
            }
        }
        for (name, value) in headers where !HeaderFields.isName(name) || !HeaderFields.isValue(value) {
            warnings.append(
                "\(place).\(name): contains characters that are not allowed in a header; every answer will fail.")
        }
        if let apiKey, !HeaderFields.isValue(apiKey) {
            warnings.append(
                "custom_llm.api_key: contains characters that are not allowed in a header; every answer will fail.")
        }
        let type = fields["api_type"].string
        let api = type.isEmpty ? .chatCompletions : API(rawValue: type)
        if api == nil {
            warnings.append(
                "custom_llm.api_type: \"\(type)\" is not supported; Chat Completions is used instead.")
        }
        self.init(
            url: Self.url(url, apiVersion: fields["api_version"].optionalString), api: api ?? .chatCompletions,
            modelID: fields["model_id"].optionalString.flatMap { $0.isEmpty ? nil : $0 }, apiKey: apiKey,
            headers: headers, seesImages: fields["supports_image_input"].bool)
    }

    /// `url` with the `api-version` parameter that servers such as Azure's need.
    private static func url(_ url: String, apiVersion: String?) -> String {
        guard let apiVersion, !apiVersion.isEmpty, !url.contains("api-version="),
            let value = apiVersion.addingPercentEncoding(
                withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._")))
        else { return url }
        return url + (url.contains("?") ? "&" : "?") + "api-version=\(value)"
    }
}
