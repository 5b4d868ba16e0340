/// What the completion scripts of all shells are made of.
enum ShellWords {
    /// All verbs.
    static var verbs: [VerbDeclaration] { VerbTable.verbs.map { $0.declaration } }

    /// The first words: verbs of one word and groups, in the order of help.
    static var firstWords: [(word: String, summary: String)] {
        var words: [(word: String, summary: String)] = []
        for verb in verbs {
            let word = verb.group ?? verb.word
            guard !words.contains(where: { $0.word == word }) else { continue }
            words.append(
                (
                    word,
                    verb.group == nil ? verb.summary : members(of: word).map(\.word).joined(separator: ", ")
                )
            )
        }
        return words
    }

    /// The verbs of a group.
    static func members(of group: String) -> [VerbDeclaration] { verbs.filter { $0.group == group } }

    /// Text inside single quotes of a POSIX shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A summary without the back-ticks that a shell would run.
    static func plain(_ text: String) -> String { text.filter { $0 != "`" } }
}
