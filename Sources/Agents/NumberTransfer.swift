import JSON

/// One of the numbers that `transfer_to_number` can hand a call to: an element of its `params.transfers`.
public struct NumberTransfer: Sendable, Hashable {
    /// Where the call goes.
    public enum Destination: Sendable, Hashable {
        /// A telephone number.
        case phone(String)
        /// A SIP address.
        case sip(String)

        /// The number or the address, by which the model chooses.
        public var address: String {
            switch self {
            case .phone(let address), .sip(let address): address
            }
        }
    }

    /// How the call gets there, by the values of the configuration.
    public enum Kind: String, Sendable, Hashable {
        /// The person is called, told of the call, and put together with the caller.
        case conference
        /// The caller is put through at once.
        case blind
        /// The caller's own telephone system is asked to call the person.
        case sipRefer = "sip_refer"
    }

    /// A header of the transfer's SIP request.
    public struct Header: Sendable, Hashable {
        /// The name, such as `X-Customer-ID`.
        public var name: String
        /// The value.
        public var value: String
    }

    /// Where the call goes.
    public var destination: Destination
    /// When to transfer, for the model.
    public var condition: String
    /// How the call gets there.
    public var kind: Kind
    /// Headers of the SIP request.
    public var headers: [Header]
    /// Keys that are pressed when the person has answered; empty for none.
    public var postDialDigits: String
    /// User-to-User Information of a SIP REFER as configured; nil for none.
    public var userInformation: JSONValue?
    /// Whether the caller hears a ringing tone during a SIP REFER.
    public var playsDialTone: Bool

    /// The transfers that name a number or an address, once `filled` has put the variables' values into `params`.
    public static func all(_ params: JSONValue) -> [NumberTransfer] {
        (params["transfers"]?.arrayValue ?? []).compactMap(NumberTransfer.init)
    }

    /// `params` with the values in place of the variables that they name.
    static func filled(_ params: JSONValue, in place: String, _ variables: inout TemplateFiller) -> JSONValue {
        var transfers: [JSONValue] = []
        for transfer in params["transfers"]?.arrayValue ?? [] {
            var filled = transfer
            if var destination = transfer["transfer_destination"]?.objectValue,
                let type = destination["type"]?.stringValue, type.hasSuffix(variableSuffix)
            {
                for field in ["phone_number", "sip_uri"] {
                    guard let name = destination[field]?.stringValue else { continue }
                    destination[field] = value(of: name, in: place, &variables)
                }
                destination["type"] = .string(String(type.dropLast(variableSuffix.count)))
                filled["transfer_destination"] = .object(destination)
            }
            if let headers = transfer["custom_sip_headers"]?.arrayValue {
                filled["custom_sip_headers"] = .array(headers.map { fixed($0, in: place, &variables) })
            }
            if let digits = transfer["post_dial_digits"], digits.objectValue != nil {
                filled["post_dial_digits"] = fixed(digits, in: place, &variables)
            }
            transfers.append(filled)
        }
        return params.merging(["transfers": .array(transfers)])
    }

    private static let variableSuffix = "_dynamic_variable"

    /// A value of type `dynamic`, which is a variable's name, as one of type `static`.
    private static func fixed(
        _ setting: JSONValue, in place: String, _ variables: inout TemplateFiller
    ) -> JSONValue {
        guard setting["type"] == "dynamic", let name = setting["value"]?.stringValue else { return setting }
        return setting.merging(["type": "static", "value": value(of: name, in: place, &variables)])
    }

    private static func value(of name: String, in place: String, _ variables: inout TemplateFiller) -> JSONValue {
        .string(variables.value(name, for: place).flatMap(CallVariables.text) ?? "")
    }

    private init?(_ transfer: JSONValue) {
        let target = transfer["transfer_destination"]
        let number = target?["phone_number"] ?? transfer["phone_number"]
        if let uri = target?["sip_uri"]?.stringValue, !uri.isEmpty {
            destination = .sip(uri)
        } else if let number = number?.stringValue, !number.isEmpty {
            destination = .phone(number)
        } else {
            return nil
        }
        condition = transfer["condition"]?.stringValue ?? ""
        kind = Kind(rawValue: transfer["transfer_type"]?.stringValue ?? "") ?? .conference
        headers = (transfer["custom_sip_headers"]?.arrayValue ?? []).compactMap { header in
            guard let name = header["key"]?.stringValue, let value = header["value"]?.stringValue else { return nil }
            return Header(name: name, value: value)
        }
        postDialDigits =
            (transfer.value(at: "post_dial_digits", "value") ?? transfer["post_dial_digits"])?
            .stringValue ?? ""
        userInformation = transfer["uui"].flatMap { $0.isNull ? nil : $0 }
        playsDialTone = transfer["sip_refer_play_dialtone"]?.boolValue ?? false
    }
}
