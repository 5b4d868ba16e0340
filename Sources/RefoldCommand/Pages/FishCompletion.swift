/// The completion script of fish, made of the declarations.
package enum FishCompletion {
    /// The script.
    package static func script() -> String {
        var text = """
            # fish completion of refold; made by `refold completions fish`.
            function __refold_is
                set -l words (commandline -opc)[2..-1]
                string match -q -- "$argv *" "$words "
            end
            function __refold_first
                test (count (commandline -opc)) -eq 1
            end
            function __refold_second
                set -l words (commandline -opc)
                test (count $words) -eq 2; and test "$words[2]" = "$argv[1]"
            end
            complete -c refold -f

            """
        for (word, summary) in ShellWords.firstWords {
            text += line("__refold_first", "-a \(word) -d \(quoted(summary))")
        }
        for group in VerbTable.groups {
            for verb in ShellWords.members(of: group) {
                text += line("__refold_second \(group)", "-a \(verb.word) -d \(quoted(verb.summary))")
            }
        }
        for verb in ShellWords.verbs {
            let condition = "__refold_is \(verb.name)"
            for option in verb.options { text += line(condition, described(option)) }
            for positional in verb.positionals {
                guard let offer = offered(positional) else { continue }
                text += line(condition, offer)
            }
        }
        return text
    }

    private static func line(_ condition: String, _ rest: String) -> String {
        "complete -c refold -n \(quoted(condition)) \(rest)\n"
    }

    private static func described(_ option: OptionDeclaration) -> String {
        let short = option.short.map { "-s \($0) " } ?? ""
        let value =
            switch option.value {
            case .none: ""
            case .text, .count: "-x "
            case .path: "-r -F "
            case .choice(_, let words): "-x -a \(quoted(words.joined(separator: " "))) "
            }
        return "\(short)-l \(option.long) \(value)-d \(quoted(option.summary))"
    }

    private static func offered(_ positional: PositionalDeclaration) -> String? {
        switch positional.offer {
        case .files: "-F"
        case .words(let words): "-a \(quoted(words.joined(separator: " ")))"
        case .verbs: "-a \(quoted(ShellWords.firstWords.map(\.word).joined(separator: " ")))"
        case .nothing: nil
        }
    }

    /// Text inside single quotes of fish, where only a backslash and a quote are special.
    private static func quoted(_ text: String) -> String {
        let escaped = ShellWords.plain(text).map { "\\'".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "'\(escaped)'"
    }
}
