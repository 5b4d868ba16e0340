import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// What an engine holds, asked of it past refold's own code.
extension EnginePlace {
    /// The answer to a request that must succeed.
    func ask(_ method: String = "GET", _ path: String, _ body: String = "") throws -> JSONValue {
        let answer = try node.exchange(method, path, body)
        try #require(
            (200..<300).contains(answer.status),
            "\(method) \(path): \(answer.status) \(answer.text)"
        )
        return try JSONValue(parsing: ByteString(answer.text))
    }

    /// The documents behind an alias, as `ID VERSION SOURCE`, by scroll.
    func documents(_ readModel: String = "clients") throws -> [String] {
        try documents(behind: alias(readModel))
    }

    /// The documents behind any name.
    func documents(behind name: String) throws -> [String] {
        var lines: [String] = []
        var page = try ask(
            "POST",
            "/\(name)/_search?scroll=1m",
            #"{"size":1000,"version":true,"query":{"match_all":{}},"sort":["_doc"]}"#
        )
        while let hits = page["hits"]?["hits"]?.asArray, !hits.isEmpty {
            for hit in hits {
                let id = try #require(hit["_id"]?.asString)
                let version = try #require(hit["_version"]?.asInt64)
                let source = try #require(hit["_source"]).canonical
                lines.append("\(id) \(version) \(source.string)")
            }
            let scroll = try #require(page["_scroll_id"])
            page = try ask(
                "POST",
                "/_search/scroll",
                JSONValue.object(["scroll": "1m", "scroll_id": scroll]).canonical.string
            )
        }
        #expect(!lines.isEmpty, "\(name) has no documents")
        return lines.sorted()
    }

    /// The indices whose names begin with a read model's alias.
    func indices(_ readModel: String = "clients", withLease: Bool = false) throws -> [String] {
        let all = try ask("GET", "/\(alias(readModel))*?expand_wildcards=all")
        let names = all.asObject?.members.map(\.name.string) ?? []
        return names.filter { withLease || !$0.hasSuffix("-refold-lease") }.sorted()
    }

    /// The indices that an alias points at.
    func serving(_ readModel: String = "clients") throws -> [String] {
        let alias = alias(readModel)
        let all = try ask("GET", "/\(alias)*?expand_wildcards=all").asObject?.members ?? []
        return all.filter { $0.value["aliases"]?[ByteString(alias)] != nil }.map(\.name.string).sorted()
    }

    /// The settings of an index but those that the engine makes itself.
    func settings(of index: String) throws -> [String: String] {
        let answer = try ask("GET", "/\(index)/_settings?flat_settings=true")
        let members = answer[ByteString(index)]?["settings"]?.asObject?.members ?? []
        let own = [
            "index.uuid", "index.creation_date", "index.provided_name", "index.version.",
            "index.replication.type",
        ]
        return Dictionary(
            members.filter { member in !own.contains { member.name.string.hasPrefix($0) } }
                .map { ($0.name.string, $0.value.asString ?? $0.value.canonical.string) },
            uniquingKeysWith: { $1 }
        )
    }

    /// Nothing is left of what was interrupted: complete indices alone, the alias on exactly one.
    func expectOrder(
        _ comment: Comment? = nil,
        of readModel: String = "clients",
        indices count: Int = 2
    ) throws {
        #expect(try indices(readModel).count == count, comment)
        #expect(try serving(readModel).count == 1, comment)
        for index in try indices(readModel) {
            let settings = try settings(of: index)
            #expect(settings["index.refresh_interval"] == nil, comment)
            #expect(settings["index.number_of_replicas"] == "1", comment)
        }
        #expect(try place.leftovers() == [], comment)
    }

    /// What a run says of its phase in the lock it holds; `start` before it holds one.
    func phase(of process: ChildProcess) -> String {
        place.phase(of: process, lock: "m/.refold/locks/alias-\(alias()).lock")
    }
}
