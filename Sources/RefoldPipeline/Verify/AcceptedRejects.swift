import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The rejects that a person has accepted: a file of JSON lines beside the job.
///
/// Shape: `{"segment","line","sha256","why","note"}` for a line of the archive, `{"key","why","note"}` for a document;
/// `readModel` and `field` narrow either, so that an acceptance covers no later refusal of another kind; an entry
/// without them covers any.
package struct AcceptedRejects: Sendable, Hashable {
    /// One of them.
    package struct Entry: Sendable, Hashable {
        /// The segment's path.
        package var segment: String?
        /// The line.
        package var line: Int?
        /// SHA-256 of the line.
        package var sha256: String?
        /// The document's key.
        package var key: String?
        /// The read model that set it aside; nil: any.
        package var readModel: String?
        /// The document's field that is to blame; nil: any.
        package var field: String?
        /// The reason word.
        package var why: String
        /// Why it was accepted.
        package var note: String
    }
    /// In the file's order.
    package var entries: [Entry]

    /// None.
    package init(entries: [Entry] = []) { self.entries = entries }

    /// The note with which a reject was accepted; nil: it was not.
    package func note(for reject: Reject) -> String? { entries.first { $0.covers(reject) }?.note }

    /// Whether a reject was accepted.
    func covers(_ reject: Reject) -> Bool { entries.contains { $0.covers(reject) } }

    /// Entries that cover none of the rejects.
    package func stale(given rejects: [Reject]) -> [Entry] {
        entries.filter { entry in !rejects.contains(where: entry.covers) }
    }
}

extension AcceptedRejects.Entry {
    /// An entry that covers a reject.
    init(_ reject: Reject, note: String) {
        segment = reject.segment
        line = reject.line
        sha256 = reject.sha256
        key = reject.segment == nil ? reject.key : nil
        readModel = reject.readModel
        field = reject.field
        why = reject.why
        self.note = note
    }

    func covers(_ reject: Reject) -> Bool {
        guard why == reject.why, readModel == nil || readModel == reject.readModel,
            field == nil || field == reject.field
        else { return false }
        if let segment {
            // A line is the same by its bytes; where it stands may change when a segment is repaired.
            if let sha256, let other = reject.sha256 { return sha256 == other }
            return segment == reject.segment && line == reject.line
        }
        return key != nil && reject.segment == nil && key == reject.key
    }

    var json: JSONValue {
        var object: JSONObject = [:]
        if let segment { object["segment"] = .text(segment) }
        if let line { object["line"] = .integer(line) }
        if let sha256 { object["sha256"] = .text(sha256) }
        if let key { object["key"] = .text(key) }
        if let readModel { object["readModel"] = .text(readModel) }
        if let field { object["field"] = .text(field) }
        object["why"] = .text(why)
        object["note"] = .text(note)
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let why = json["why"]?.asString else { return nil }
        segment = json["segment"]?.asString
        line = json["line"]?.asInt
        sha256 = json["sha256"]?.asString
        key = json["key"]?.asString
        readModel = json["readModel"]?.asString
        field = json["field"]?.asString
        self.why = why
        note = json["note"]?.asString ?? ""
        guard (segment != nil && (line != nil || sha256 != nil)) || key != nil else { return nil }
    }
}

extension AcceptedRejects {
    /// Reads the file; one that is not there accepts nothing.
    package init(file: String?) throws(PipelineError) {
        guard let file, access(file, F_OK) == 0 else {
            self.init()
            return
        }
        let source = try WorkFile.open(file)
        var bytes: [UInt8] = []
        while true {
            let more = try source.next(1 << 16)
            guard !more.isEmpty else { break }
            bytes += more
        }
        var entries: [Entry] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            guard let entry = Entry(line: line) else {
                throw PipelineError(
                    .unknown,
                    "a line of the accepted rejects is none",
                    place: "\(file):\(number + 1)",
                    fix:
                        "a line is {\"segment\",\"line\",\"sha256\",\"why\",\"note\"} or {\"key\",\"why\",\"note\"}, "
                        + "\"readModel\" and \"field\" narrow it"
                )
            }
            entries.append(entry)
        }
        self.init(entries: entries)
    }

    /// Appends entries to a file, making it if need be; they are durable afterwards.
    static func append(_ entries: [Entry], to file: String) throws(PipelineError) {
        let target = try WorkFile.append(to: file)
        var bytes: [UInt8] = []
        for entry in entries { bytes += entry.json.canonical.bytes + [UInt8(ascii: "\n")] }
        try target.append(bytes)
        try target.synchronize()
    }
}

extension AcceptedRejects.Entry {
    fileprivate init?(line: ArraySlice<UInt8>) {
        do { self.init(json: try JSONValue(parsing: ByteString(copying: line))) } catch { return nil }
    }
}
