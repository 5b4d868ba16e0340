import RefoldBytes

/// What a bulk file holds, kept beside it: the run, its indices, and how the file is cut.
///
/// A file that is being written has one too: what lies behind the last chunk it names was not finished and is cut.
struct BulkFileRecord {
    /// One index.
    struct Index {
        var name: String
        var alias: String
        var mark: IndexMark
        var mappings: JSONObject
        var documents = 0
        var isSettled = false
    }
    /// More documents than any file holds; a record that names more is damaged.
    private static let documentLimit: Int64 = 1 << 48

    /// The run that writes.
    var run: String
    /// What tells this file from another that the same run began.
    var uuid: String
    /// Its indices, in the order they were made.
    var indices: [Index] = []
    /// Bytes of each chunk: the pairs of one batch, in a compressed file one frame.
    var chunks: [Int] = []

    init(run: String, uuid: String = IndexIdentity.freshUUID()) {
        self.run = run
        self.uuid = uuid
    }

    /// The bytes that count.
    var length: Int { chunks.reduce(0, +) }

    /// The place of an index.
    func place(of index: IndexIdentity) -> Int? {
        index.uuid == uuid ? indices.firstIndex { $0.name == index.name } : nil
    }

    var json: JSONValue {
        [
            "run": .text(run), "uuid": .text(uuid),
            "chunks": .array(chunks.map { .integer($0) }),
            "indices": .array(
                indices.map { index in
                    [
                        "name": .text(index.name), "alias": .text(index.alias), "mark": index.mark.json,
                        "mappings": .object(index.mappings), "documents": .integer(index.documents),
                        "settled": .bool(index.isSettled),
                    ]
                }
            ),
        ]
    }

    init?(json: JSONValue) {
        guard let run = json["run"]?.asString, let uuid = json["uuid"]?.asString,
            let chunks = json["chunks"]?.asArray,
            let indices = json["indices"]?.asArray
        else { return nil }
        self.init(run: run, uuid: uuid)
        var total = 0
        for chunk in chunks {
            guard let bytes = chunk.asInt64, bytes >= 0 else { return nil }
            let (sum, overflowed) = total.addingReportingOverflow(Int(bytes))
            guard !overflowed else { return nil }
            total = sum
            self.chunks.append(Int(bytes))
        }
        for index in indices {
            guard let name = index["name"]?.asString, let alias = index["alias"]?.asString,
                let mark = index["mark"].flatMap(IndexMark.init(json:)),
                let mappings = index["mappings"]?.asObject, let documents = index["documents"]?.asInt64,
                (0...BulkFileRecord.documentLimit).contains(documents),
                let isSettled = index["settled"]?.asBool
            else { return nil }
            self.indices.append(
                Index(
                    name: name,
                    alias: alias,
                    mark: mark,
                    mappings: mappings,
                    documents: Int(documents),
                    isSettled: isSettled
                )
            )
        }
    }
}
