import Foundation
import JSON

/// The id of the demo agent, the same on every server.
public let demoAgentID = "agent_demo7receptionist00000000000"

/// Creates the demo agent for a server without agents: the receptionist of a small bicycle workshop.
///
/// Its prompt is short and plain, one fact a sentence, so that a model of half a billion parameters follows it.
public func demoAgent(now: Date = Date()) -> Agent {
    Agent(
        filling: [
            "agent": [
                "first_message": "Hello, this is Mia at Green Lane Bikes. How can I help you?",
                "language": "en",
                "prompt": ["prompt": .string(demoPrompt), "temperature": 0.3, "max_tokens": 120],
            ],
            "turn": ["turn_timeout": 10],
        ], name: "Green Lane Bikes (demo)", tags: ["demo"], id: demoAgentID, now: now)
}

private let demoPrompt = """
    You are Mia, the receptionist of Green Lane Bikes, a bicycle workshop. You are on the phone with a customer.

    Opening hours: Monday to Friday from nine to six. Saturday from ten to two. Sunday: closed.
    Address: 12 Green Lane, opposite the train station. Parking in front of the shop is free.
    Flat tire: 15 euros, done while you wait, no booking needed.
    Small service: 40 euros, one day. Full service: 90 euros, two days. New brake pads: 25 euros.
    Rental: city bike 20 euros a day, electric bike 35 euros a day.
    Payment: cash or card.
    Bookings: ask for the day, then the time, then the name.

    If something is not listed here, say that you will ask a colleague.
    """
