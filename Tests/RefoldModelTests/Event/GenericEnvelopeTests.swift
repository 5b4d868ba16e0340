import RefoldBytes
import RefoldModel
import Testing

@Suite struct GenericEnvelopeTests {
    private let fields = EventFormat.fields(
        FieldsEnvelope(
            entity: .constant("File"),
            id: FieldPath("meta.stream"),
            position: FieldPath("position"),
            type: FieldPath("type"),
            time: FieldPath("at"),
            payload: FieldPath("data")
        )
    )
    private let cloud = EventFormat.cloudEvents(entity: .path(FieldPath("kind")))

    private func decode(_ format: EventFormat, _ line: String) throws -> Result<DecodedEvent, EventReject> {
        try #require(GenericEnvelope(format)).decode(try json(line))
    }

    @Test func `a fields line becomes an event by the paths named`() throws {
        let line =
            #"{"meta":{"stream":"s"},"position":3,"type":"Added","at":"2023-06-22T15:30:40Z","data":{"a":1}}"#
        let decoded = try decode(fields, line).get()
        #expect(decoded.event.key == "File#s")
        #expect(decoded.event.position == 3)
        #expect(decoded.event.type == "Added")
        #expect(decoded.event.time == "2023-06-22T15:30:40Z")
        #expect(decoded.event.timeMilliseconds == 1_687_447_840_000)
        #expect(decoded.event.body == ["a": 1])
        #expect(decoded.identity == decoded.order)
    }

    @Test(arguments: [
        (#"{"position":3,"type":"T","at":1}"#, RejectWord.noKey),
        (#"{"meta":{"stream":7},"position":3,"type":"T","at":1}"#, .noKey),
        (#"{"meta":{"stream":""},"position":3,"type":"T","at":1}"#, .noKey),
        (#"{"meta":"s","position":3,"type":"T","at":1}"#, .noKey),
        (#"{"meta":{"stream":"s"},"position":3,"at":1}"#, .noType),
        (#"{"meta":{"stream":"s"},"position":3,"type":null,"at":1}"#, .noType),
        (#"{"meta":{"stream":"s"},"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":-1,"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":1.0,"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":1e3,"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":"","type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":"+1","type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":true,"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":9223372036854775808,"type":"T","at":1}"#, .noPosition),
        (#"{"meta":{"stream":"s"},"position":3,"type":"T"}"#, .noTimestamp),
        (#"{"meta":{"stream":"s"},"position":3,"type":"T","at":null}"#, .noTimestamp),
        (#"{"meta":{"stream":"s"},"position":3,"type":"T","at":"soon"}"#, .noTimestamp),
        (#"{"meta":{"stream":"s"},"position":3,"type":"T","at":[1]}"#, .noTimestamp),
        (#"{}"#, .noKey),
    ])
    func `a missing or ill-typed part has its word, the first in the order key, type, position, time`(
        _ line: String,
        _ word: RejectWord
    ) throws {
        #expect(throws: EventReject.self) { try decode(fields, line).get() }
        guard case .failure(let reject) = try decode(fields, line) else { return }
        #expect(reject.why == word)
    }

    @Test(arguments: ["0", "9223372036854775807", #""12""#, #""007""#])
    func `a position is an integer or its decimal text`(_ position: String) throws {
        let line = #"{"meta":{"stream":"s"},"position":\#(position),"type":"T","at":1}"#
        let expected = try #require(Int64(position.filter { $0 != "\"" }))
        #expect(try decode(fields, line).get().event.position == expected)
    }

    @Test func `a body that is missing or no object has no members`() throws {
        for data in ["", #","data":7"#, #","data":null"#] {
            let line = #"{"meta":{"stream":"s"},"position":1,"type":"T","at":1\#(data)}"#
            #expect(try decode(fields, line).get().event.body.isEmpty)
        }
    }

    private func cloudLine(_ source: String, _ id: String, _ sequence: String = "\"5\"") -> String {
        #"{"specversion":"1.0","kind":"Order","subject":"o1","type":"paid","time":"2024-05-01T10:00:00Z","#
            + #""source":"\#(source)","id":"\#(id)","sequence":\#(sequence),"data":{"a":1}}"#
    }

    @Test func `a CloudEvent takes its entity from a path`() throws {
        let decoded = try decode(cloud, cloudLine("/shop", "e1")).get()
        #expect(decoded.event.key == "Order#o1")
        #expect(decoded.event.position == 5)
    }

    @Test func `copies of a CloudEvent share source and id, whatever their position`() throws {
        let first = try decode(cloud, cloudLine("/shop", "e1", "5")).get()
        let second = try decode(cloud, cloudLine("/shop", "e1", "6")).get()
        #expect(first.identity == second.identity)
        #expect(first.order < second.order)
        #expect(try decode(cloud, cloudLine("/sho", "pe1")).get().identity != first.identity)
    }

    @Test func `of copies the byte-wise smaller line counts, wherever it stands`() {
        let events: [(identity: ByteString, line: ByteString)] = [
            ("a", "2"), ("b", "9"), ("a", "1"), ("c", "5"), ("b", "90"), ("c", "5"),
        ]
        #expect(DecodedEvent.counted(among: events) == [1, 2, 3])
    }

    @Test func `order is position, then source, then id, by bytes`() throws {
        let sorted = [
            cloudLine("z", "z", "4"), cloudLine("a", "b"), cloudLine("a", "c"), cloudLine("a\\u0000", "a"),
            cloudLine("a\\u0000b", "a"), cloudLine("a\\u0001", "a"), cloudLine("ab", "a"),
            cloudLine("a", "a", "256"),
        ]
        let orders = try sorted.map { try decode(cloud, $0).get().order }
        #expect(orders == orders.sorted())
        #expect(Set(orders).count == orders.count)
    }

    @Test(arguments: ["source", "id", "kind", "subject"])
    func `a CloudEvent without what names it has no key`(_ name: String) throws {
        guard case .object(var line) = try json(cloudLine("/shop", "e1")) else { return }
        line[ByteString(name)] = nil
        let decoded = try #require(GenericEnvelope(cloud)).decode(.object(line))
        #expect(throws: EventReject(.noKey, "\(name) is missing or ill-typed")) { try decoded.get() }
    }

    @Test func `Salesforce has an envelope of its own`() {
        #expect(GenericEnvelope(.salesforceCDC) == nil)
    }
}
