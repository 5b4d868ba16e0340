// Loads ready documents into a search engine through the target alone: what archive, fold and projection cost is left out.
//
//   target-load URL DOCS.ndjson [TASKS]
//
// DOCS is what a file target writes. The mappings are dynamic, so the engine does the same work as for any other client.
// One line on standard output: documents, seconds, documents/s, megabytes/s.

import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel

guard CommandLine.arguments.count >= 3 else { fatalError("target-load URL DOCS.ndjson [TASKS]") }
let url = CommandLine.arguments[1]
let tasks = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 2 : 2
let target = try SearchTarget(try SearchOptions(["url": .text(url)], environment: [:]))
let dialect = try await target.probe()

let text = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[2]), options: .mappedIfSafe)
var batches: [String: [DocumentBatch]] = [:]
var documents = 0
var bytes = 0
var action: (index: String, id: ByteString, version: Int64)?
for line in text.split(separator: UInt8(ascii: "\n")) {
    guard let known = action else {
        let value = try JSONValue(parsing: ByteString(copying: line))
        guard let index = value["index"], let name = index["_index"]?.asString,
            case .string(let id)? = index["_id"],
            let version = index["version"]?.asInt64
        else { fatalError("no action: \(String(decoding: line, as: UTF8.self))") }
        action = (name, id, version)
        continue
    }
    action = nil
    documents += 1
    bytes += line.count
    var last = batches[known.index]?.popLast() ?? DocumentBatch()
    if last.bytes.count >= dialect.batchBytes || last.count >= dialect.batchDocuments {
        batches[known.index, default: []].append(last)
        last = DocumentBatch()
    }
    last.append(id: known.id.bytes, version: known.version, source: line)
    batches[known.index, default: []].append(last)
}

let mappings: JSONObject = [
    "dynamic_templates": [
        ["strings": ["match_mapping_type": "string", "mapping": ["type": "keyword", "ignore_above": 1024]]]
    ], "date_detection": false,
]
var work: [(IndexIdentity, DocumentBatch)] = []
var indices: [IndexIdentity] = []
for (name, list) in batches {
    let index = "bench-\(name)"
    if let old = try await target.describe(prefix: index).indices.first(where: { $0.identity.name == index })
    {
        try await target.delete(old.identity)
    }
    let mark = IndexMark(
        run: "bench",
        job: "bench",
        readModel: name,
        readModelVersion: 1,
        definition: .null,
        archiveDigest: "",
        startedAt: "",
        state: "building"
    )
    let made = try await target.create(
        IndexSpecification(name: index, settings: ["number_of_replicas": 0], mappings: mappings, mark: mark)
    )
    indices.append(made)
    work += list.map { (made, $0) }
}

let clock = ContinuousClock()
let start = clock.now
let shares = (0..<tasks).map { task in work.enumerated().filter { $0.offset % tasks == task }.map(\.element) }
try await withThrowingTaskGroup(of: Void.self) { group in
    for share in shares {
        group.addTask {
            for (index, batch) in share {
                let outcomes = try await target.load(batch, into: index)
                guard outcomes.count == batch.count, outcomes.allSatisfy({ $0 == .indexed }) else {
                    fatalError("not every document was indexed")
                }
            }
        }
    }
    try await group.waitForAll()
}
let passed = clock.now - start
let seconds = Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
var found = 0
for index in indices { found += try await target.settle(index, forceMerge: nil).documents }
guard found == documents else { fatalError("\(found) documents of \(documents)") }
print(
    String(
        format: "refold     %9.0f documents/s %7.1f MB/s %6.2f s  (%d documents, %@, %d tasks)",
        Double(documents) / seconds,
        Double(bytes) / 1e6 / seconds,
        seconds,
        documents,
        dialect.engine,
        tasks
    )
)
target.close()
