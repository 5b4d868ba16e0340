import RefoldBytes
import RefoldPipeline

extension ListedReject {
    /// The reject for scripts.
    var json: JSONValue {
        [
            "number": .integer(number),
            "segment": reject.segment.map { .text($0) } ?? .null,
            "line": reject.line.map { .integer($0) } ?? .null,
            "record": reject.record.map { .integer($0) } ?? .null,
            "key": reject.key.map { .text($0) } ?? .null,
            "readModel": reject.readModel.map { .text($0) } ?? .null,
            "why": .text(reject.why),
            "detail": reject.detail.map { .text($0) } ?? .null,
            "field": reject.field.map { .text($0) } ?? .null,
            "frame": reject.frame.map { .integer($0) } ?? .null,
            "offset": reject.offset.map { .integer($0) } ?? .null,
            "sha256": reject.sha256.map { .text($0) } ?? .null,
            "accepted": accepted.map { .text($0) } ?? .null,
        ]
    }
}
