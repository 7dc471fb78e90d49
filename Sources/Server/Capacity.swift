import HTTPTypes
import Synchronization

/// Limits how much work of one kind is done at the same time.
final class Capacity: Sendable {
    /// One of the places; releasing the object gives it back.
    final class Place: Sendable {
        private let capacity: Capacity

        fileprivate init(_ capacity: Capacity) { self.capacity = capacity }

        deinit { capacity.taken.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let kind: String
    private let taken = Mutex(0)

    /// - Parameter kind: What happens at the limit, for the error message: "texts are being spoken".
    init(_ limit: Int, of kind: String) {
        self.limit = limit
        self.kind = kind
    }

    /// Takes a place until the object is released.
    ///
    /// - Throws: `APIError` 429 when none is left.
    func take() throws -> Place {
        let hasRoom = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard hasRoom else {
            throw APIError(
                status: .tooManyRequests, type: "rate_limit_error", code: "too_many_concurrent_requests",
                message: "Too many requests: \(limit) \(kind). Try again later.")
        }
        return Place(self)
    }
}
