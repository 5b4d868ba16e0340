import RefoldBytes
import RefoldModel
import Testing

private struct Counter: Aggregate {
    var count = 0
    var names: [String] = []
    var last: JSONValue?

    mutating func apply(_ event: Event) throws {
        count += 1
        if let name = event.string("name") { names.append(name) }
        last = event.json("last") ?? last
        if event.bool("bad") == true { throw CounterError.refused }
    }
}

private enum CounterError: Error {
    case refused
}

private struct Tombstone: Aggregate {
    var isGone = false
    var isDeleted: Bool { false }
    mutating func apply(_ event: Event) { isGone = event.type == "DELETE" }
}

private struct Bare: Aggregate {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(1)
    }
    mutating func apply(_ event: Event) {}
}

@Suite struct SwiftFoldTests {
    @Test func `a Swift aggregate's state is its Codable JSON, canonical, numbers kept as they came`() throws
    {
        let events = [
            try event("A", at: 1, body: #"{"name":"b","last":12345678901234567890.50}"#),
            try event("B", at: 2, body: #"{"name":"a"}"#),
        ]
        let snapshot = try #require(
            SwiftFold(Counter.self, isSalesforce: false).fold(events, version: nil).snapshot
        )
        #expect(snapshot.fields == #"{"count":2,"last":12345678901234567890.50,"names":["b","a"]}"#)
        #expect(snapshot.state == .live)
        #expect(snapshot.version == 2)
        #expect(snapshot.type == "B")
    }

    @Test func `an event that the aggregate refuses changes nothing, and the others count`() throws {
        let events = [
            try event("A", at: 1), try event("A", at: 2, body: #"{"name":"x","bad":true}"#),
            try event("A", at: 3),
        ]
        let folded = SwiftFold(Counter.self, isSalesforce: false).fold(events, version: nil)
        #expect(folded.snapshot?.fields == #"{"count":2,"names":[]}"#)
        #expect(folded.rejections.map(\.index) == [1])
        let detail = "Counter threw CounterError.refused on A"
        #expect(folded.rejections.first?.reject == EventReject(.aggregateRefused, detail))
    }

    @Test(arguments: [
        ("DELETE", true, true), ("GAP_DELETE", true, true), ("UPDATE", true, false), ("DELETE", false, false),
    ])
    func `by default a Salesforce aggregate is deleted after a delete, another never`(
        _ type: String,
        _ isSalesforce: Bool,
        _ isDeleted: Bool
    ) throws {
        let fold = SwiftFold(Counter.self, isSalesforce: isSalesforce)
        let snapshot = fold.fold([try event("CREATE"), try event(type, at: 2)], version: nil).snapshot
        #expect(snapshot?.state == (isDeleted ? .deleted : .live))
        #expect((snapshot?.fields == "{}") == isDeleted)
    }

    @Test func `a type that says it is not deleted lives after a delete`() throws {
        let fold = SwiftFold(Tombstone.self, isSalesforce: true)
        #expect(fold.fold([try event("DELETE")], version: nil).snapshot?.fields == #"{"isGone":true}"#)
    }

    @Test func `a type that encodes as no object is refused at its last event`() throws {
        let folded = SwiftFold(Bare.self, isSalesforce: false).fold([try event("A")], version: nil)
        #expect(folded.snapshot == nil)
        #expect(folded.rejections.map(\.reject.why) == [.aggregateRefused])
    }

    @Test func `no event gives no aggregate`() {
        let folded = SwiftFold(Counter.self, isSalesforce: false).fold([], version: nil)
        #expect(folded.snapshot == nil)
        #expect(folded.rejections.isEmpty)
    }
}

@Suite struct TypeRegistryTests {
    private struct Trim: Upcaster {
        static let version = 4
        static let digest: String? = "d1"
        func upcast(_ event: inout Event) -> Bool { false }
    }

    private func definition(_ fold: FoldDefinition, _ upcast: [UpcastRule] = []) -> ReadModelDefinition {
        ReadModelDefinition(
            name: "m",
            version: 1,
            events: .salesforceCDC,
            upcast: upcast,
            aggregate: AggregateDefinition(entities: ["Account"], fold: fold),
            document: DocumentDefinition(fields: .all),
            index: IndexDefinition(aliases: ["m"])
        )
    }

    @Test func `name, version and digest of the named types are the identity`() throws {
        let registry = try TypeRegistry(aggregates: [Counter.self], upcasters: [Trim()])
        let used = try registry.identity(for: definition(.swift(type: "Counter"), [.swift(name: "Trim")]))
        #expect(
            used.canonical == #"[{"digest":"d1","name":"Trim","version":4},{"name":"Counter","version":1}]"#
        )
        #expect(try registry.identity(for: definition(.merge)) == [])
    }

    @Test func `a type that is not registered is refused`() throws {
        let error = #expect(throws: ModelError.self) {
            try FoldDefinition.swift(type: "Nobody").historyFold(of: .salesforceCDC, types: TypeRegistry())
        }
        #expect(error?.reason == .unknownType)
        #expect(error?.kind == .usage)
    }

    @Test func `two types of one name are refused`() {
        let error = #expect(throws: ModelError.self) {
            try TypeRegistry(aggregates: [Counter.self, Counter.self])
        }
        #expect(error?.reason == .duplicateType)
    }

    @Test func `merge needs no history`() throws {
        #expect(try FoldDefinition.merge.historyFold(of: .salesforceCDC, types: TypeRegistry()) == nil)
    }
}
