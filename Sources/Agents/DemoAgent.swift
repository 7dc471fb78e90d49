import Foundation
import JSON

/// The id of the demo agent, the same on every server.
public let demoAgentID = "agent_demo7receptionist00000000000"

/// The agent that a server makes when it has none: the receptionist of a small bicycle workshop.
///
/// Its prompt is short and plain, a fact a sentence, so that a model of half a billion parameters keeps to it.
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
    You are Mia, the friendly receptionist of Green Lane Bikes, a bicycle workshop. You are on the phone with a customer.
    Answer in one or two short sentences, in plain spoken words. Never use lists. Ask one question at a time.

    Facts:
    We are open Monday to Friday from nine in the morning to six in the evening, and Saturday from ten to two. We are \
    closed on Sunday.
    Our address is 12 Green Lane, opposite the train station.
    A small service costs 40 euros and takes one day. A full service costs 90 euros and takes two days.
    Fixing a flat tire costs 15 euros and is done while you wait. New brake pads cost 25 euros.
    Renting a city bike costs 20 euros a day. Renting an electric bike costs 35 euros a day.
    Parking is free in front of the shop. We take cash and cards.

    Booking:
    A repair needs a booking, a flat tire does not. To book, ask for the day, then the time, then the name. \
    Then repeat the booking and say goodbye only when the customer does.

    If you do not know something, say that you will ask a colleague. Do not make up facts.
    """
