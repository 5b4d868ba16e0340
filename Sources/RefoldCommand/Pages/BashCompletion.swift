/// The completion script of bash, made of the declarations.
package enum BashCompletion {
    /// The script.
    package static func script() -> String {
        var text = """
            # bash completion of refold; made by `refold completions bash`.
            _refold() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}
                local options= words= files=
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W "\(ShellWords.firstWords.map(\.word).joined(separator: " ")) --help --version" -- "$word"))
                    return
                fi

            """
        for group in VerbTable.groups {
            let members = ShellWords.members(of: group).map(\.word).joined(separator: " ")
            text += """
                    if [ "$verb" = \(group) ]; then
                        if [ "$COMP_CWORD" -eq 2 ]; then
                            COMPREPLY=($(compgen -W "\(members)" -- "$word"))
                            return
                        fi
                        verb="\(group) ${COMP_WORDS[2]}"
                    fi

                """
        }
        text += "    case $verb in\n"
        for verb in ShellWords.verbs { text += branch(verb) }
        text += """
                *) return ;;
                esac
                if [[ $word == -* ]]; then
                    COMPREPLY=($(compgen -W "$options" -- "$word"))
                elif [ -n "$words" ]; then
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                elif [ -n "$files" ]; then
                    COMPREPLY=($(compgen -f -- "$word"))
                fi
            }
            complete -o filenames -F _refold refold

            """
        return text
    }

    private static func branch(_ verb: VerbDeclaration) -> String {
        let names = verb.options.flatMap { option in
            [option.short.map { "-\($0)" }, option.typed].compactMap(\.self)
        }
        var text =
            "    \(ShellWords.quoted(verb.name)))\n        options=\"\(names.joined(separator: " "))\"\n"
        text += "        case $before in\n"
        for option in verb.options where option.value != .none {
            let pattern = [option.short.map { "-\($0)" }, option.typed].compactMap(\.self).joined(
                separator: "|"
            )
            let reply =
                switch option.value {
                case .choice(_, let words):
                    "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$word\")); "
                case .path: "COMPREPLY=($(compgen -f -- \"$word\")); "
                case .none, .text, .count: ""
                }
            text += "        \(pattern)) \(reply)return ;;\n"
        }
        text += "        esac\n"
        for positional in verb.positionals {
            switch positional.offer {
            case .files: text += "        files=1\n"
            case .words(let words): text += "        words=\"\(words.joined(separator: " "))\"\n"
            case .verbs:
                text += "        words=\"\(ShellWords.firstWords.map(\.word).joined(separator: " "))\"\n"
            case .nothing: break
            }
        }
        return text + "        ;;\n"
    }
}
