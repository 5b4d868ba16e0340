internal import RefoldBytes

/// `notify`: who is told how a run ended.
enum NotifyShapes {
    static let list = Shape<[JSONValue]>.list(
        of: Record(
            JSONObject(),
            choice: .presence(of: ["webhook", "eventbridge", "sns"]),
            keys: [
                Key("for", ends, into: \.["for"], "Which ends; without it, all."),
                Key("webhook", webhook, into: \.["webhook"], for: ["webhook"], "A POST to an address."),
                Key(
                    "eventbridge",
                    eventBridge,
                    into: \.["eventbridge"],
                    for: ["eventbridge"],
                    "An event on a bus."
                ),
                Key("sns", topic, into: \.["sns"], for: ["sns"], "A message to a topic."),
            ]
        ).shape { entry, _, _ in JSONValue.object(entry) }
    )

    private static let ends = Shape<[String]>.list(
        of: .word(of: ["swapped", "ready", "written", "held", "failed"]),
        atLeast: 1
    ).map { JSONValue.array($0.map { .text($0) }) }

    private static let webhook = single("url", .secret, "Where the address is; it is a secret.")
    private static let eventBridge = single("bus", Shape<String>.nonEmpty.json, "The name of the bus.")
    private static let topic = single("topicArn", Shape<String>.nonEmpty.json, "The topic.")

    private static func single(
        _ name: String,
        _ shape: Shape<JSONValue>,
        _ meaning: String
    ) -> Shape<JSONValue> {
        Record(
            JSONValue?.none,
            keys: [Key(name, shape, .required, into: \.self, meaning)]
        ).shape { value, _, _ in value.map { .object(JSONObject([(ByteString(name), $0)])) } }
    }
}
