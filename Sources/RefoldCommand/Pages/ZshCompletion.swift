/// The completion script of zsh, made of the declarations.
package enum ZshCompletion {
    /// The script.
    package static func script() -> String {
        var text = """
            #compdef refold
            # zsh completion of refold; made by `refold completions zsh`.
            _refold() {
              local verb=$words[2]
              if (( CURRENT == 2 )); then
                local -a verbs=(
            \(described(ShellWords.firstWords))
                )
                _describe verb verbs
                return
              fi

            """
        for group in VerbTable.groups {
            let members = ShellWords.members(of: group).map { (word: $0.word, summary: $0.summary) }
            text += """
                  if [[ $verb == \(group) ]]; then
                    if (( CURRENT == 3 )); then
                      local -a verbs=(
                \(described(members))
                      )
                      _describe verb verbs
                      return
                    fi
                    verb="\(group) $words[3]"
                    shift words
                    (( CURRENT-- ))
                  fi

                """
        }
        text += "  shift words\n  (( CURRENT-- ))\n  case $verb in\n"
        for verb in ShellWords.verbs {
            let arguments = verb.options.flatMap(option) + verb.positionals.map(positional)
            let lines = arguments.map { "      \($0)" }.joined(separator: " \\\n")
            text += "  (\(ShellWords.quoted(verb.name)))\n    _arguments \\\n\(lines)\n    ;;\n"
        }
        return text + "  esac\n}\n_refold \"$@\"\n"
    }

    private static func described(_ words: [(word: String, summary: String)]) -> String {
        words.map { "      " + ShellWords.quoted("\($0.word):\(ShellWords.plain($0.summary))") }.joined(
            separator: "\n"
        )
    }

    private static func option(_ option: OptionDeclaration) -> [String] {
        let summary = "[\(bracketed(option.summary))]"
        let action: String =
            switch option.value {
            case .none: ""
            case .text(let name), .count(let name, _): ":\(escaped(name)): "
            case .path(let name): ":\(escaped(name)):_files"
            case .choice(let name, let words): ":\(escaped(name)):(\(words.joined(separator: " ")))"
            }
        let star = option.repeats ? "*" : ""
        let long = ShellWords.quoted(
            "\(star)\(option.typed)\(option.value == .none ? "" : "=")\(summary)\(action)"
        )
        guard let short = option.short else { return [long] }
        return [
            ShellWords.quoted("\(star)-\(short)\(option.value == .none ? "" : "+")\(summary)\(action)"), long,
        ]
    }

    private static func positional(_ positional: PositionalDeclaration) -> String {
        let action: String =
            switch positional.offer {
            case .files: "_files"
            case .words(let words): "(\(words.joined(separator: " ")))"
            case .verbs: "(\(ShellWords.firstWords.map(\.word).joined(separator: " ")))"
            case .nothing: " "
            }
        let head = positional.repeats ? "*:" : positional.isRequired ? ":" : "::"
        return ShellWords.quoted("\(head)\(escaped(positional.name)):\(action)")
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    }

    private static func bracketed(_ text: String) -> String {
        escaped(ShellWords.plain(text)).flatMap { "[]".contains($0) ? "\\\($0)" : String($0) }.map(
            String.init
        ).joined()
    }
}
