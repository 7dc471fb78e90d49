import Foundation
import JSON

/// The position after which a list continues: an item's sort key and sequence number.
package struct Cursor: Hashable {
    package var key: JSONValue
    package var sequence: Int

    package init(key: JSONValue, sequence: Int) {
        self.key = key
        self.sequence = sequence
    }

    /// Reads the text of a cursor that a list gave out.
    ///
    /// - Throws: `StorageError.invalidCursor`.
    package init(_ text: String) throws {
        guard let data = Data(base64URL: text), let value = try? JSONValue(parsing: data),
            let parts = value.arrayValue, parts.count == 2, let sequence = parts[1].intValue
        else { throw StorageError.invalidCursor }
        switch parts[0] {
        case .string, .integer: self.init(key: parts[0], sequence: sequence)
        default: throw StorageError.invalidCursor
        }
    }

    /// The cursor as text, which is opaque to clients.
    package var text: String { JSONValue.array([key, .integer(sequence)]).data.base64URL }
}

extension Data {
    /// Base 64 with the URL-safe alphabet and without padding (RFC 4648 §5).
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    init?(base64URL text: String) {
        // Works on bytes: processing hostile text by characters costs many times as much.
        var bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        bytes += repeatElement(UInt8(ascii: "="), count: (4 - bytes.count % 4) % 4)
        self.init(base64Encoded: Data(bytes))
    }
}
