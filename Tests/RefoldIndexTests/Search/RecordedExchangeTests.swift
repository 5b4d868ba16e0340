import RefoldBytes
import RefoldIndex
import Testing

/// Every answer that was recorded from a real node is in the class that was written beside it.
@Suite struct RecordedExchangeTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var call: AskedCall
        var status: Int
        var reply: JSONValue?
        var expected: JSONValue

        init?(_ row: JSONValue) {
            guard let node = row["node"]?.asString, let name = row["case"]?.asString,
                let path = row["path"]?.asString, let status = row["status"]?.asInt64,
                let reply = row["reply"]?.asString, let expected = row["expected"]
            else { return nil }
            let body: ByteString =
                switch row["body"] {
                case .string(let lines)?: lines
                case .null?, nil: ""
                case let value?: value.canonical
                }
            testDescription = "\(node): \(name)"
            call = AskedCall(
                path: path,
                bodyLength: body.count,
                comparesAliases: body.string.contains("must_exist")
            )
            self.status = Int(status)
            self.reply = try? JSONValue(parsing: ByteString(reply))
            self.expected = expected
        }
    }

    @Test func `every recorded answer is in its class, item by item`() throws {
        let rows = try recordedRows("search-exchanges.ndjson")
        let exchanges = rows.compactMap(Exchange.init)
        #expect(rows.count == 679)
        #expect(exchanges.count == rows.count)
        var met: Set<String> = []
        for exchange in exchanges {
            let found = AnswerClass(to: exchange.call, status: exchange.status, reply: exchange.reply)
            met.insert(found.rawValue)
            guard let wanted = exchange.expected["items"]?.asArray else {
                #expect(found.rawValue == exchange.expected.asString, "\(exchange.testDescription)")
                continue
            }
            #expect(found == .items, "\(exchange.testDescription)")
            let items = try #require(exchange.reply?["items"]?.asArray)
            #expect(
                items.map { ItemClass(item: $0)?.rawValue } == wanted.map(\.asString),
                "\(exchange.testDescription)"
            )
        }
        #expect(met == Set(AnswerClass.allCases.map(\.rawValue)))
    }
}
