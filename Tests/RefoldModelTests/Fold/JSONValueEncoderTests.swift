import RefoldBytes
import RefoldModel
import Testing

@Suite struct JSONValueEncoderTests {
    private struct All: Codable {
        var text = "a\"ü\u{1}"
        var truth = true
        var small: Int8 = -5
        var large: UInt64 = .max
        var double = 0.1
        var whole = 3.0
        var huge = 1e300
        var float: Float = 0.1
        var none: Int?
        var list = [[1], []]
        var map = ["k": 1.5]
        var json: JSONValue = .number("1.00")
        var name: ByteString = "b"
        var nested = Nested()
        var empty = Empty()
    }
    private struct Nested: Codable { var choice = Choice.second }
    private struct Empty: Codable {}
    private enum Choice: String, Codable { case second }

    @Test func `every kind of value has its shortest JSON`() throws {
        let expected =
            #"{"double":0.1,"empty":{},"float":0.1,"huge":1e+300,"json":1.00,"large":18446744073709551615,"#
            + #""list":[[1],[]],"map":{"k":1.5},"name":"b","nested":{"choice":"second"},"small":-5,"#
            + #""text":"a\"ü\u0001","truth":true,"whole":3}"#
        #expect(try JSONValueEncoder().encode(All()).canonical.string == expected)
    }

    private class Base: Encodable {
        var a = 1
    }
    private final class Derived: Base {
        var b = 2
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(b, forKey: .b)
            try container.encodeNil(forKey: .n)
            try super.encode(to: container.superEncoder())
            var list = container.nestedUnkeyedContainer(forKey: .l)
            try list.encodeNil()
            try list.encode(2)
            var inner = list.nestedContainer(keyedBy: Key.self)
            try inner.encode("x", forKey: .b)
            var more = list.nestedUnkeyedContainer()
            try more.encode(true)
            #expect(list.count == 4)
        }
        private enum Key: String, CodingKey { case b, n, l }
    }

    @Test func `nested containers and a super class write where they belong`() throws {
        let expected = #"{"b":2,"l":[null,2,{"b":"x"},[true]],"n":null,"super":{"a":1}}"#
        #expect(try JSONValueEncoder().encode(Derived()).canonical == ByteString(expected))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that is not finite is an error`(_ value: Double) {
        #expect(throws: EncodingError.self) { try JSONValueEncoder().encode(["x": value]) }
    }

    @Test func `what is no object is refused where one is needed`() {
        #expect(throws: EncodingError.self) { try JSONValueEncoder().encodeObject([1]) }
    }
}
