import RefoldBytes
import RefoldModel
import Testing

@Suite struct EventTests {
    @Test func `typed reads follow a path and give nothing for another type`() throws {
        let body =
            #"{"a":{"b":{"c":"text"}},"n":12,"big":9007199254740993,"f":1.5,"t":true,"z":null,"l":[1]}"#
        let event = try event("X", body: body)
        #expect(event.string("a.b.c") == "text")
        #expect(event.integer("n") == 12)
        #expect(event.integer("big") == 9_007_199_254_740_993)
        #expect(event.integer("f") == nil)
        #expect(event.double("f") == 1.5)
        #expect(event.bool("t") == true)
        #expect(event.json("z") == .null)
        #expect(event.json("a.x") == nil)
        #expect(event.json("n.x") == nil)
        #expect(event.string("n") == nil)
        #expect(event.bool("z") == nil)
    }

    @Test func `NFC and NFD spellings are two fields`() throws {
        let event = try event("X", body: "{\"caf\u{00E9}\":1,\"cafe\u{0301}\":2}")
        #expect(event.integer("caf\u{00E9}") == 1)
        #expect(event.integer("cafe\u{0301}") == 2)
    }

    @Test
    func
        `a field is named by the body, even as null, and by each list, components counting for their parent`()
        throws
    {
        let event = try event(
            "UPDATE",
            body: #"{"A":null}"#,
            changed: ["B", "Address.City"],
            nulled: ["C"],
            diff: ["D"]
        )
        for name: ByteString in ["A", "B", "Address", "C", "D"] { #expect(event.names(name)) }
        for name: ByteString in ["City", "Addres", "E"] { #expect(!event.names(name)) }
    }

    @Test func `a rename keeps the place in the body and acts on all lists`() throws {
        var event = try event(
            "UPDATE",
            body: #"{"X":1,"Old":{"City":"Rom"},"Y":2}"#,
            changed: ["Old.City", "Older", "X"],
            nulled: ["Old"],
            diff: ["Old"]
        )
        event.rename("Old", to: "New")
        #expect(event.body.members.map(\.name) == ["X", "New", "Y"])
        #expect(event.changedFields == ["New.City", "Older", "X"])
        #expect(event.nulledFields == ["New"])
        #expect(event.diffFields == ["New"])
    }

    @Test func `setting a field names it as changed and takes it from the other lists`() throws {
        var event = try event("UPDATE", changed: ["A", "F.c"], nulled: ["F.d", "B"], diff: ["F"])
        event.set("F", to: 1)
        #expect(event.body["F"] == 1)
        #expect(event.changedFields == ["A", "F"])
        #expect(event.nulledFields == ["B"])
        #expect(event.diffFields == [])
    }

    @Test func `setting a field leaves an empty list empty, for there the body is the change`() throws {
        var event = try event("UPDATE", changed: [])
        event.set("F", to: 1)
        #expect(event.changedFields == [])
    }
}
