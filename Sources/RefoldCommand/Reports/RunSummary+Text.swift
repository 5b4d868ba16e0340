import RefoldBytes
import RefoldPipeline

extension RunSummary {
    /// The run for scripts.
    var json: JSONValue {
        [
            "run": .text(run), "job": .text(job), "startedAt": .text(startedAt),
            "tookMilliseconds": tookMilliseconds.map { .integer($0) } ?? .null,
            "elapsedMilliseconds": elapsedMilliseconds.map { .integer($0) } ?? .null, "state": .text(state),
            "running": isRunning.map { .bool($0) } ?? .null, "resume": resume.map { .text($0) } ?? .null,
            "exit": exit.map { .integer($0) } ?? .null, "indices": .array(indices.map { .text($0) }),
            "serving": .bool(isServing), "served": .array(served.map { .text($0) }),
            "notServed": .array(notServed.map { .text($0) }),
            "salvage": .array(salvage.map { .text($0) }),
            "standing": standing.map { .text($0.rawValue) } ?? .null,
        ]
    }

    /// Whether it is at work; nil: that cannot be known here.
    private var isRunning: Bool? {
        switch activity {
        case .running?: true
        case .interrupted?, nil: false
        case .unknown?: nil
        }
    }

    /// Its state as a column tells it.
    var stateText: String { state(serving: "serving in part") }

    /// Its state with every alias that it serves, and serves no longer.
    var fullStateText: String {
        let names = [served, notServed].map { $0.joined(separator: ", ") }
        return state(serving: "serving \(names[0]), no longer \(names[1])")
    }

    private func state(serving partly: String) -> String {
        standing(serving: partly) + (salvage.isEmpty ? "" : ", salvaged")
    }

    private func standing(serving partly: String) -> String {
        if served.isEmpty {
            guard let standing else { return stateAndActivity }
            return "\(stateAndActivity), \(standing == .rollback ? "rollback leads here" : standing.rawValue)"
        }
        let serving = notServed.isEmpty ? "serving" : partly
        // An index's own state may be that word.
        return state == "serving" ? serving : "\(stateAndActivity), \(serving)"
    }

    private var stateAndActivity: String {
        switch activity {
        case .running?: state + ", running"
        case .interrupted?: state + ", interrupted"
        case .unknown?: state + ", running or not is unknown here"
        case nil: state
        }
    }
}
