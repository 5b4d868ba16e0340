import RefoldBytes
import RefoldModel
import Testing

@Suite struct OrderedFoldTests {
    private func step(_ verb: OrderedStep.Verb, _ field: String, _ operand: OrderedOperand?) -> OrderedStep {
        OrderedStep(verb: verb, field: FieldPath(field), operand: operand)
    }

    /// Applies one verb, its operand at path `v`, to a state.
    private func apply(_ verb: OrderedStep.Verb, _ state: String, _ body: String) throws -> String {
        let rules = OrderedRules(byType: [
            "Start": .apply([step(.set, "f", .path(FieldPath("f")))]),
            "Step": .apply([step(verb, "f", .path(FieldPath("v")))]),
        ])
        let events = [try event("Start", at: 1, body: state), try event("Step", at: 2, body: body)]
        let folded = OrderedFold(rules).fold(events, version: nil)
        if let rejection = folded.rejections.first { return rejection.reject.why.rawValue }
        return try #require(folded.snapshot).fields.string
    }

    @Test(arguments: [
        (OrderedStep.Verb.set, #"{"f":1}"#, #"{"v":2}"#, #"{"f":2}"#),
        (.set, #"{"f":1}"#, #"{}"#, #"{"f":1}"#),
        (.set, #"{"f":1}"#, #"{"v":null}"#, #"{}"#),
        (.set, #"{}"#, #"{"v":{"b":null,"a":[1]}}"#, #"{"f":{"a":[1],"b":null}}"#),
        (.setOnce, #"{}"#, #"{"v":2}"#, #"{"f":2}"#),
        (.setOnce, #"{"f":1}"#, #"{"v":2}"#, #"{"f":1}"#),
        (.setOnce, #"{"f":1}"#, #"{"v":null}"#, #"{"f":1}"#),
        (.unset, #"{"f":1}"#, #"{}"#, #"{}"#),
        (.unset, #"{}"#, #"{}"#, #"{}"#),
        (.add, #"{}"#, #"{"v":5}"#, #"{"f":5}"#),
        (.add, #"{"f":2}"#, #"{"v":5}"#, #"{"f":7}"#),
        (.add, #"{"f":0.1}"#, #"{"v":0.2}"#, #"{"f":0.3}"#),
        (.add, #"{"f":9007199254740993}"#, #"{"v":1}"#, #"{"f":9007199254740994}"#),
        (.add, #"{"f":9223372036854775807}"#, #"{"v":1}"#, "fold_overflow"),
        (.add, #"{"f":1}"#, #"{"v":"1"}"#, "fold_type"),
        (.add, #"{"f":"1"}"#, #"{"v":1}"#, "fold_type"),
        (.add, #"{"f":1}"#, #"{}"#, #"{"f":1}"#),
        (.add, #"{"f":1}"#, #"{"v":null}"#, #"{}"#),
        (.min, #"{}"#, #"{"v":5}"#, #"{"f":5}"#),
        (.min, #"{"f":10}"#, #"{"v":9}"#, #"{"f":9}"#),
        (.min, #"{"f":9}"#, #"{"v":10}"#, #"{"f":9}"#),
        (.max, #"{"f":9}"#, #"{"v":10}"#, #"{"f":10}"#),
        (.max, #"{"f":1}"#, #"{"v":1.0}"#, #"{"f":1}"#),
        (.max, #"{"f":9007199254740992}"#, #"{"v":9007199254740993}"#, #"{"f":9007199254740993}"#),
        (.max, #"{"f":"10"}"#, #"{"v":"9"}"#, #"{"f":"9"}"#),
        (.min, #"{"f":"ü"}"#, #"{"v":"z"}"#, #"{"f":"z"}"#),
        (.min, #"{"f":"1"}"#, #"{"v":1}"#, "fold_type"),
        (.max, #"{"f":true}"#, #"{"v":true}"#, "fold_type"),
        (.min, #"{}"#, #"{"v":[1]}"#, "fold_type"),
        (.append, #"{}"#, #"{"v":"a"}"#, #"{"f":["a"]}"#),
        (.append, #"{"f":["a"]}"#, #"{"v":["b"]}"#, #"{"f":["a",["b"]]}"#),
        (.append, #"{"f":"a"}"#, #"{"v":"b"}"#, "fold_type"),
        (.append, #"{"f":["a"]}"#, #"{"v":null}"#, #"{}"#),
    ])
    func `each verb does its one thing`(
        _ verb: OrderedStep.Verb,
        _ state: String,
        _ body: String,
        _ result: String
    ) throws {
        #expect(try apply(verb, state, body) == result)
    }

    @Test func `constants and built-ins are operands`() throws {
        let operands: [(String, OrderedOperand)] = [
            ("c", .constant(1)), ("key", .builtIn(.key)), ("id", .builtIn(.id)),
            ("entity", .builtIn(.entity)),
            ("position", .builtIn(.position)), ("version", .builtIn(.version)), ("time", .builtIn(.time)),
            ("type", .builtIn(.type)),
        ]
        let rules = OrderedRules(byType: ["T": .apply(operands.map { step(.set, $0.0, $0.1) })])
        let folded = OrderedFold(rules).fold([try event("T", at: 9)], version: nil)
        let expected =
            #"{"c":1,"entity":"Account","id":"a1","key":"Account#a1","position":9,"#
            + #""time":"2024-05-01T10:00:00Z","type":"T","version":9}"#
        #expect(folded.snapshot?.fields.string == expected)
    }

    @Test func `an aggregate is made by events, ended by delete and made anew, empty`() throws {
        let rules = OrderedRules(
            byType: [
                "Named": .apply([step(.set, "name", .path(FieldPath("name")))]),
                "Touched": .apply([]),
                "Gone": .delete,
                "Seen": .ignore,
            ]
        )
        let fold = OrderedFold(rules)
        var state = OrderedState()
        func apply(_ type: String, _ body: String = "{}") throws -> String {
            try fold.apply(try event(type, body: body), to: &state)
            return "\(state.condition) \(JSONValue.object(state.fields).canonical)"
        }
        #expect(try apply("Seen") == "absent {}")
        #expect(try apply("Named", #"{"name":"a"}"#) == #"live {"name":"a"}"#)
        #expect(try apply("Gone") == "deleted {}")
        #expect(try apply("Seen") == "deleted {}")
        #expect(try apply("Touched") == "live {}")
        #expect(try apply("Gone") == "deleted {}")
    }

    @Test func `a type without a rule is refused, unless the star has one`() throws {
        let event = try event("Other")
        var state = OrderedState()
        let reject = #expect(throws: EventReject.self) {
            try OrderedFold(OrderedRules(byType: [:])).apply(event, to: &state)
        }
        #expect(reject?.why == .unknownType)
        try OrderedFold(OrderedRules(byType: [:], otherwise: .ignore)).apply(event, to: &state)
        #expect(state.condition == .absent)
    }

    @Test func `dotted fields nest, and an object that is left empty goes`() throws {
        let rules = OrderedRules(byType: [
            "Set": .apply([step(.set, "a.b.c", .constant(1)), step(.append, "a.l", .constant(2))]),
            "Unset": .apply([step(.unset, "a.b.c", nil), step(.unset, "a.l", nil)]),
            "Through": .apply([step(.set, "a.b.c.d", .constant(1))]),
        ])
        let fold = OrderedFold(rules)
        var state = OrderedState()
        try fold.apply(try event("Set"), to: &state)
        try fold.apply(try event("Set"), to: &state)
        #expect(JSONValue.object(state.fields).canonical == #"{"a":{"b":{"c":1},"l":[2,2]}}"#)
        let reject = #expect(throws: EventReject.self) { try fold.apply(try event("Through"), to: &state) }
        #expect(reject?.why == .foldType)
        try fold.apply(try event("Unset"), to: &state)
        #expect(state.fields.isEmpty)
    }

    @Test func `an event that is refused at its last step changes nothing`() throws {
        let bad = step(.add, "text", .constant(1))
        let verbs: [OrderedStep] = [
            step(.append, "list", .constant(3)), step(.append, "o.list", .constant(3)),
            step(.append, "new", .constant(1)), step(.set, "n", .constant(9)), step(.unset, "text2", nil),
            step(.set, "deep.er.still", .constant(1)), step(.append, "list", .constant(4)),
            step(.set, "list", .constant(0)), step(.unset, "o.list", nil),
            step(.append, "n2.x", .constant(1)), bad,
        ]
        let rules = OrderedRules(byType: [
            "Start": .apply(
                ["list", "o", "n", "text", "text2", "n2"].map { step(.set, $0, .path(FieldPath($0))) }
            ),
            "Bad": .apply(verbs),
        ])
        let body = #"{"list":[1,2],"o":{"list":[1],"x":null},"n":1,"text":"t","text2":"u","n2":{"x":null}}"#
        let fold = OrderedFold(rules)
        var state = OrderedState()
        try fold.apply(try event("Start", body: body), to: &state)
        let before = state
        #expect(throws: EventReject.self) { try fold.apply(try event("Bad"), to: &state) }
        #expect(state == before)
    }

    @Test func `a refused event on a deleted aggregate leaves it deleted`() throws {
        let rules = OrderedRules(byType: ["Gone": .delete, "Bad": .apply([step(.add, "n", .constant("x"))])])
        let folded = OrderedFold(rules).fold(
            [try event("Gone", at: 1), try event("Bad", at: 2)],
            version: nil
        )
        #expect(folded.rejections.map(\.index) == [1])
        #expect(folded.snapshot?.state == .deleted)
        #expect(folded.snapshot?.version == 1)
    }

    @Test func `the version is the last applied position, or the one given`() throws {
        let fold = OrderedFold(OrderedRules(byType: ["T": .apply([])], otherwise: .ignore))
        let events = [try event("T", at: 3), try event("Other", at: 8)]
        #expect(fold.fold(events, version: nil).snapshot?.version == 8)
        #expect(fold.fold(events, version: 1_000_999).snapshot?.version == 1_000_999)
        #expect(fold.fold([try event("Other")], version: nil).snapshot == nil)
    }

    // Takes seconds, not milliseconds, when each event copies the list.
    @Test func `a list of twenty thousand elements is folded whole`() throws {
        let fold = OrderedFold(OrderedRules(byType: ["T": .apply([step(.append, "a.list", .constant(1))])]))
        let one = try event("T")
        let folded = fold.fold(Array(repeating: one, count: 20_000), version: nil)
        #expect(folded.snapshot?.fields.count == 20_000 * 2 + #"{"a":{"list":[]}}"#.utf8.count - 1)
    }
}
