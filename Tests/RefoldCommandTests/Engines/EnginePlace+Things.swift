import Foundation
import RefoldTestKit

/// A job over histories of one event each: as many documents, of such a size, as a test needs.
extension EnginePlace {
    /// The one event of a thing.
    static func event(_ id: String, _ data: String) -> String {
        #"{"stream":"\#(id)","position":1,"type":"Made","at":"2026-01-01T00:00:00Z","data":{\#(data)}}"#
    }

    /// An archive of these events, `a/1.jsonl`, and a job over read model `things`.
    static func withThings(
        _ node: SearchNode,
        _ events: [String],
        more: String = "",
        _ body: (EnginePlace) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let place = Workplace(folder: folder)
            let engine = EnginePlace(place: place, node: node, suffix: SearchNode.freshName(""))
            for name in ["a", "m"] {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            }
            try place.write(events.joined(separator: "\n") + "\n", to: "a/1.jsonl")
            let model = """
                apiVersion: refold/v1
                kind: ReadModel
                name: things
                version: 1
                events: { format: fields, entity: Thing, id: stream, position: position, type: type, time: at, payload: data }
                aggregate:
                  fold: ordered
                  apply: { Made: { set: { number: number, word: word, place: place, text: text } } }
                document: { fields: "*" }
                index:
                  alias: \(engine.alias("things"))
                  settings: { number_of_shards: 1, number_of_replicas: 1 }
                  mappings:
                    dynamic: strict
                    properties:
                      number: { type: long }
                      word: { type: keyword }
                      place: { properties: { name: { type: keyword } } }
                      text: { type: keyword, index: false, doc_values: false }
                """
            try place.write(model + "\n", to: "m/things.yaml")
            try place.writeJob(readModels: ["things"], more: more)
            try engine.writeTarget()
            try await body(engine)
            try engine.clear(["things"])
        }
    }
}
