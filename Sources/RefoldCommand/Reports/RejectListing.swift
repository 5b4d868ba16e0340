import RefoldBytes
import RefoldModel
package import RefoldPipeline

/// The rejects of a run for people: the list, and below it what is alike, counted.
///
/// Shape: one mistake in a mapping sets thousands aside that differ in their key alone, so of each group only the first
/// ones stand in the list; every one is in the JSON form.
package struct RejectListing: Sendable {
    /// How many of one group the list shows.
    private static let shownOfGroup = 10
    private let rejects: [ListedReject]

    /// Of all rejects, in their order.
    package init(_ rejects: [ListedReject]) { self.rejects = rejects }

    /// What makes two rejects alike.
    private struct Likeness: Hashable {
        var why: String
        var field: String?
        var readModel: String?

        init(_ reject: Reject) {
            why = reject.why
            field = reject.field
            readModel = reject.readModel
        }
    }

    /// The groups, the largest first, equal ones by their first reject.
    private var groups: [(example: ListedReject, count: Int)] {
        var groups: [(example: ListedReject, count: Int)] = []
        var places: [Likeness: Int] = [:]
        for listed in rejects {
            let likeness = Likeness(listed.reject)
            if let place = places[likeness] {
                groups[place].count += 1
            } else {
                places[likeness] = groups.count
                groups.append((listed, 1))
            }
        }
        return groups.sorted {
            $0.count != $1.count ? $0.count > $1.count : $0.example.number < $1.example.number
        }
    }

    /// The lines, each ended.
    package var text: String {
        let shown = shown
        var text = list(shown)
        guard !rejects.isEmpty else { return text }
        let hidden = rejects.count - shown.count
        if hidden > 0 { text += "… \(grouped(hidden)) more like these; --output json lists every one\n" }
        return text + "\n" + summary
    }

    private var shown: [ListedReject] {
        var counts: [Likeness: Int] = [:]
        return rejects.filter { listed in
            counts[Likeness(listed.reject), default: 0] += 1
            return counts[Likeness(listed.reject), default: 0] <= Self.shownOfGroup
        }
    }

    private func list(_ shown: [ListedReject]) -> String {
        var table = TextTable([
            .number("#"), .text("SEGMENT"), .number("LINE"), .text("KEY"), .text("WHY"), .text("ACCEPTED"),
            .text("READ MODEL"), .text("FIELD"),
        ])
        table.rows = shown.map { listed in
            let reject = listed.reject
            return [String(listed.number), reject.segment ?? "—", reject.line.map(String.init) ?? "—"]
                + [reject.key ?? "—", reject.why, listed.accepted ?? "—", reject.readModel ?? "—"]
                + [reject.field ?? "—"]
        }
        return table.text
    }

    private var summary: String {
        var table = TextTable([
            .number("REJECTS"), .text("WHY"), .text("FIELD"), .text("READ MODEL"), .number("EXAMPLE"),
            .text("DETAIL OF THE EXAMPLE"),
        ])
        table.rows = groups.map { example, count in
            let reject = example.reject
            let detail = reject.detail ?? RejectWord(rawValue: reject.why)?.meaning ?? "—"
            return [grouped(count), reject.why, reject.field ?? "—", reject.readModel ?? "—"]
                + ["#\(example.number)", detail]
        }
        return table.text
    }
}
