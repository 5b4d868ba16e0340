import RefoldBytes
import RefoldSQLite

extension RunRecord {
    var values: [SQLValue] {
        [
            .string(id.text), .string(job), .string(identity), .integer(startedAt),
            endedAt.map { .integer($0) } ?? .null, .string(phase), outcome.map { .string($0) } ?? .null,
            exit.map { .integer(Int64($0)) } ?? .null,
            .text(JSONValue.array(indices.map { .text($0) }).canonical),
        ]
    }

    init?(values: [SQLValue]) {
        guard values.count == 9, let id = values[0].asText.flatMap({ RunID($0.string) }),
            let job = values[1].asText,
            let identity = values[2].asText, let startedAt = values[3].asInteger,
            let phase = values[5].asText,
            let indices = values[8].asJSON?.asArray
        else { return nil }
        self.init(
            id: id,
            job: job.string,
            identity: identity.string,
            startedAt: startedAt,
            endedAt: values[4].asInteger,
            phase: phase.string,
            outcome: values[6].asText?.string,
            exit: values[7].asInteger.flatMap { Int(exactly: $0) },
            indices: indices.compactMap(\.asString)
        )
    }
}
