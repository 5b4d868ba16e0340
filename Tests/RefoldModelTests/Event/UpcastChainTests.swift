import RefoldBytes
import RefoldModel
import Testing

private struct SplitName: Upcaster {
    static let version = 2
    static let digest: String? = "abc"

    func upcast(_ event: inout Event) throws -> Bool {
        guard let name = event.string("Name") else { return false }
        guard let space = name.firstIndex(of: " ") else { throw SplitError.noSpace(name) }
        event.set("First", to: .text(String(name[..<space])))
        event.set("Last", to: .text(String(name[name.index(after: space)...])))
        event.drop("Name")
        return true
    }
}

private enum SplitError: Error {
    case noSpace(String)
}

@Suite struct UpcastChainTests {
    private func chain(_ rules: UpcastRule...) throws -> UpcastChain {
        try UpcastChain(rules: rules, types: TypeRegistry(aggregates: [], upcasters: [SplitName()]))
    }

    private func always(_ steps: UpcastStep...) -> UpcastRule {
        .declared(when: UpcastCondition(), steps: steps)
    }

    @Test func `rename, drop, set and map change an event in the order written`() throws {
        let chain = try chain(
            always(
                .rename(from: "A", to: "B"),
                .map(field: "B", values: [("1", "one"), (2, "two")]),
                .drop("C"),
                .set(field: "D", value: true)
            )
        )
        var event = try event("X", body: #"{"A":[1,"2",3],"C":0}"#)
        #expect(try chain.apply(to: &event))
        #expect(event.body == ["B": ["one", "two", 3], "D": true])
    }

    @Test func `an event without the fields of old is not changed`() throws {
        let chain = try chain(
            always(.rename(from: "A", to: "B"), .drop("C"), .map(field: "E", values: [(1, 2)]))
        )
        var event = try event("X", body: #"{"E":3}"#)
        #expect(try !chain.apply(to: &event))
        #expect(event.body == ["E": 3])
    }

    @Test func `each rule sees what the one before it left`() throws {
        let chain = try chain(always(.rename(from: "A", to: "B")), always(.rename(from: "B", to: "C")))
        var event = try event("X", body: #"{"A":1}"#)
        #expect(try chain.apply(to: &event))
        #expect(event.body == ["C": 1])
    }

    @Test(arguments: [
        (#"{"A":1,"B":2}"#, [ByteString]?.none), (#"{"A":1,"B":null}"#, nil), (#"{"A":1}"#, ["B"]),
        (#"{"A":1}"#, ["B.c"]),
    ])
    func `a rename onto a field that the event names is refused`(
        _ body: String,
        _ nulled: [ByteString]?
    ) throws {
        let chain = try chain(always(.rename(from: "A", to: "B")))
        var event = try event("UPDATE", body: body, nulled: nulled)
        let reject = #expect(throws: EventReject.self) { try chain.apply(to: &event) }
        #expect(reject?.why == .upcastCollision)
    }

    @Test func `a rename of a field that only a list has acts on the list`() throws {
        let chain = try chain(always(.rename(from: "A", to: "B")))
        var event = try event("UPDATE", nulled: ["A"])
        #expect(try chain.apply(to: &event))
        #expect(event.nulledFields == ["B"])
    }

    struct Case: Sendable {
        var change: @Sendable (inout UpcastCondition) -> Void
        var holds: Bool
    }

    @Test(arguments: [
        Case(change: { _ in }, holds: true),
        Case(change: { $0.entity = ["Contact", "Account"] }, holds: true),
        Case(change: { $0.entity = ["Contact"] }, holds: false),
        Case(change: { $0.type = ["UPDATE"] }, holds: true),
        Case(change: { $0.type = ["CREATE"] }, holds: false),
        Case(change: { $0.has = ["A", "N"] }, holds: true),
        Case(change: { $0.has = ["A", "Z"] }, holds: false),
        Case(change: { $0.missing = ["Z"] }, holds: true),
        Case(change: { $0.missing = ["Z", "N"] }, holds: false),
        Case(change: { $0.before = 1_714_557_600_000 }, holds: false),
        Case(change: { $0.before = 1_714_557_600_001 }, holds: true),
        Case(change: { $0.after = 1_714_557_600_000 }, holds: true),
        Case(change: { $0.after = 1_714_557_600_001 }, holds: false),
    ])
    func `all parts of a condition must hold, before is exclusive and after inclusive`(_ one: Case) throws {
        var condition = UpcastCondition()
        one.change(&condition)
        #expect(condition.holds(for: try event("UPDATE", body: #"{"A":null}"#, nulled: ["N"])) == one.holds)
    }

    @Test func `a Swift upcaster changes an event`() throws {
        let chain = try chain(.swift(name: "SplitName"))
        var event = try event("X", body: #"{"Name":"Ada Lovelace"}"#)
        #expect(try chain.apply(to: &event))
        #expect(event.body == ["First": "Ada", "Last": "Lovelace"])
    }

    @Test func `a Swift upcaster that throws is named with its error and without the value`() throws {
        let chain = try chain(.swift(name: "SplitName"))
        var event = try event("X", body: #"{"Name":"Secret"}"#)
        let reject = #expect(throws: EventReject.self) { try chain.apply(to: &event) }
        #expect(reject == EventReject(.upcastFailed, "SplitName threw SplitError.noSpace"))
    }

    @Test func `a Swift upcaster that is not registered is refused with what is`() {
        let error = #expect(throws: ModelError.self) { try chain(.swift(name: "Other")) }
        #expect(error?.code == "model.unknown_type")
        #expect(error?.cause == "registered: SplitName")
    }
}
