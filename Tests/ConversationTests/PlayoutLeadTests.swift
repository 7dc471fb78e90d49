import Testing

@testable import Conversation
@testable import Speech

@Suite("How far ahead audio is sent")
struct PlayoutLeadTests {
    private func lead(_ roundTrips: [Int]) -> Duration {
        var lead = PlayoutLead()
        for roundTrip in roundTrips { lead.note(.milliseconds(roundTrip)) }
        return lead.value(CallOptions())
    }

    @Test("As usual until two round trips are known")
    func unknown() {
        #expect(lead([]) == CallOptions().playoutLead)
        #expect(lead([80]) == CallOptions().playoutLead)
    }

    @Test("By how much round trips differ, not by how long they are, within bounds")
    func jitter() {
        let shortest = CallOptions().shortestPlayoutLead
        #expect(lead([180, 180, 180]) == shortest)
        #expect(lead([20, 35, 25]) == shortest + .milliseconds(30))
        #expect(lead([20, 900]) == CallOptions().longestPlayoutLead)
    }

    @Test("A network that has been quiet for a while is trusted again")
    func recovers() {
        #expect(lead([20, 220] + Array(repeating: 20, count: 7)) > CallOptions().shortestPlayoutLead)
        #expect(lead([20, 220] + Array(repeating: 20, count: 8)) == CallOptions().shortestPlayoutLead)
    }
}
