import RefoldBytes
import RefoldIndex
import Testing

@Suite struct IndexNamingTests {
    @Test func `a name says alias, version, time and run`() throws {
        let naming = IndexNaming(
            alias: "crm-clients",
            version: 3,
            startedAt: "2026-11-23T02:15:00.000Z",
            salt: "run-1"
        )
        #expect(naming.name.hasPrefix("crm-clients-v3-20261123t021500z-"))
        #expect(naming.suffix.utf8.count == 4)
        #expect(IndexNaming(parsing: naming.name) == naming)
        #expect(IndexNaming.fault(of: naming.name) == nil)
    }

    @Test func `two runs of one second have two names`() {
        let names = (0..<50).map { run in
            IndexNaming(alias: "a", version: 1, startedAt: "2026-11-23T02:15:00Z", salt: "run-\(run)").name
        }
        #expect(Set(names).count == 50)
    }

    @Test(arguments: [
        "clients", "clients-v3", "clients-v3-20261123t021500z", "clients-3-20261123t021500z-9f3c",
        "clients-v03-20261123t021500z-9f3c", "clients-v3-20261123t021500z-9f3",
        "clients-v3-20261123x021500z-9f3c",
        "-v3-20261123t021500z-9f3c", "clients-v3-20261123t021500z-9F3C", "clients-v-3-20261123t021500z-9f3c",
    ])
    func `another name is not taken for one of ours`(name: String) {
        #expect(IndexNaming(parsing: name) == nil || IndexNaming(parsing: name)?.alias == "clients-v")
    }

    @Test(arguments: ["a", "clients", "crm-clients", "a.b", "é", String(repeating: "a", count: 255)])
    func `a good name has no fault`(name: String) { #expect(IndexNaming.fault(of: name) == nil) }

    @Test(arguments: [
        "", ".", "..", "_a", "-a", "+a", "a\\b", "a/b", "a*b", "a?b", "a\"b", "a<b", "a>b", "a|b", "a b",
        "a,b", "a#b",
        "a:b", "A", "É", "a\nb", String(repeating: "a", count: 256), String(repeating: "é", count: 128),
    ])
    func `a bad name has a fault`(name: String) { #expect(IndexNaming.fault(of: name) != nil) }

    @Test(arguments: ["{}", #"{"run":"r"}"#, "[]", "null", #"{"run":1,"job":"j"}"#])
    func `what is no mark is not read as one`(text: String) throws {
        #expect(IndexMark(json: try json(text)) == nil)
    }

    @Test(arguments: IndexError.Code.allCases)
    func `each code is a word of this module and has a kind`(code: IndexError.Code) {
        #expect(code.rawValue.hasPrefix("index."))
        #expect(IndexError(code, "message").code == code.rawValue)
    }
}
