import RefoldBytes

/// The documents of one read model: `sent = indexed + superseded + deleted + rejected`.
package struct DocumentSums: Sendable, Hashable {
    /// Documents that the projection made or refused.
    package var sent = 0
    /// Written.
    package var indexed = 0
    /// A newer one stood.
    package var superseded = 0
    /// Deleted.
    package var deleted = 0
    /// Refused by projection or target.
    package var rejected = 0
    /// Live aggregates with dirty `gap`.
    package var gaps = 0
    /// Those of them whose document was written.
    package var writtenGaps = 0
    /// Live aggregates that gave no document because a condition of `where` does not hold; no sum counts them.
    package var outsideWhere = 0
    /// Live aggregates that gave no document because they have no field that it takes; no sum counts them.
    package var empty = 0

    /// Nothing sent.
    package init() {}

    /// Whether the sum closes.
    package var closes: Bool { sent == indexed + superseded + deleted + rejected }
    /// How many documents the index must hold.
    package var expected: Int { indexed + superseded }
    /// Live aggregates that gave no document.
    package var withoutDocument: Int { outsideWhere + empty }

    /// Both together.
    package static func + (left: DocumentSums, right: DocumentSums) -> DocumentSums {
        var sum = left
        sum.sent += right.sent
        sum.indexed += right.indexed
        sum.superseded += right.superseded
        sum.deleted += right.deleted
        sum.rejected += right.rejected
        sum.gaps += right.gaps
        sum.writtenGaps += right.writtenGaps
        sum.outsideWhere += right.outsideWhere
        sum.empty += right.empty
        return sum
    }
}

/// What loading one shard of one read model gave.
struct LoadedShard: Sendable, Hashable {
    /// More shards than any run has.
    private static let greatestCount = 1 << 16

    /// The shard.
    var shard: Int
    /// How many shards there were: another number makes this worthless.
    var shardCount: Int
    /// The sums.
    var sums: DocumentSums
    /// Files of expected documents, in the work folder.
    var files: [String]
    /// The number of rejects, which lie in the ledger.
    var rejects: Int
    /// Source paths that no state of the shard has; nil: an older refold did not look.
    var sources: SourcePathFinding?
}

extension LoadedShard {
    var json: JSONValue {
        [
            "shard": .integer(shard), "shardCount": .integer(shardCount), "sent": .integer(sums.sent),
            "indexed": .integer(sums.indexed), "superseded": .integer(sums.superseded),
            "deleted": .integer(sums.deleted), "rejected": .integer(sums.rejected),
            "gaps": .integer(sums.gaps), "writtenGaps": .integer(sums.writtenGaps),
            "outsideWhere": .integer(sums.outsideWhere), "empty": .integer(sums.empty),
            "files": .texts(files), "rejects": .integer(rejects), "sources": sources?.json ?? .null,
        ]
    }

    init?(json: JSONValue) {
        guard let shard = json["shard"]?.asCount, let shardCount = json["shardCount"]?.asCount,
            let sent = json["sent"]?.asCount, let indexed = json["indexed"]?.asCount,
            let superseded = json["superseded"]?.asCount, let deleted = json["deleted"]?.asCount,
            let rejected = json["rejected"]?.asCount, let gaps = json["gaps"]?.asCount,
            let writtenGaps = json["writtenGaps"]?.asCount, let empty = json["empty"]?.asCount,
            let outsideWhere = json["outsideWhere"]?.asCount,
            let files = json["files"]?.asTexts, let rejects = json["rejects"]?.asCount,
            shard < shardCount, shardCount <= LoadedShard.greatestCount
        else { return nil }
        var sums = DocumentSums()
        sums.sent = sent
        sums.indexed = indexed
        sums.superseded = superseded
        sums.deleted = deleted
        sums.rejected = rejected
        sums.gaps = gaps
        sums.writtenGaps = writtenGaps
        sums.outsideWhere = outsideWhere
        sums.empty = empty
        self.init(
            shard: shard,
            shardCount: shardCount,
            sums: sums,
            files: files,
            rejects: rejects,
            sources: json["sources"].flatMap(SourcePathFinding.init(json:))
        )
    }
}
