import RefoldBytes
import RefoldPipeline

extension SwitchReport {
    /// What was, what is now, what only the left index has, and the command that takes it back.
    var text: String {
        var table = TextTable([.text("ALIAS"), .text("WAS"), .text("NOW")])
        table.rows = moves.map { [$0.alias, $0.was ?? "—", $0.now] }
        var text = "run \(run)\n" + table.text
        if movedNothing { text += "nothing moved: every alias pointed there already\n" }
        for left in newer where left.count > 0 {
            let more = left.count > left.examples.count ? ", …" : ""
            text += "newer only in \(left.index): \(grouped(left.count)) documents"
            text += " (\(left.examples.joined(separator: ", "))\(more))\n"
        }
        text += remarks.map { "warning: \($0)\n" }.joined()
        return text + "\(follow.word.rawValue): \(follow.command)\n"
    }

    /// The object, without `apiVersion`.
    func json(kind: String) -> JSONObject {
        [
            "kind": .text(kind), "run": .text(run),
            "aliases": .array(
                moves.map {
                    [
                        "alias": .text($0.alias), "was": $0.was.map { .text($0) } ?? .null,
                        "now": .text($0.now),
                    ]
                }
            ),
            "newer": .array(
                newer.map { left in
                    [
                        "index": .text(left.index), "count": .integer(left.count),
                        "examples": .array(left.examples.map { .text($0) }),
                    ]
                }
            ),
            "warnings": .array(remarks.map { .text($0) }),
            ByteString(follow.word.rawValue): .text(follow.command),
        ]
    }
}
