import RefoldBytes
import RefoldIndex

extension IndexTarget {
    /// Swaps, and when the answer is lost reads back what became of it.
    ///
    /// Throws `pipeline.swap_ambiguous` when that cannot be learned.
    func swapping(_ swaps: [AliasSwap]) async throws(PipelineError) -> SwapOutcome {
        do { return try await swap(swaps) } catch {
            guard error.kind == .targetUnavailable else { throw PipelineError(error) }
            switch try await whereabouts(of: swaps, after: error) {
            case .new: return .swapped
            case .old:
                var told = PipelineError(error)
                let found = "read back, the aliases point where they did"
                told.cause = [told.cause, found].compactMap { $0 }.joined(separator: "; ")
                throw told
            }
        }
    }

    private func whereabouts(
        of swaps: [AliasSwap],
        after lost: IndexError
    ) async throws(PipelineError) -> Whereabouts {
        var cause = lost.description
        do throws(PipelineError) {
            var areNew = true
            var areOld = true
            for swap in swaps {
                let pointsAt = try await state(of: swap.alias).pointsAt
                areNew = areNew && pointsAt == (swap.to.map { [$0.name] } ?? [])
                areOld = areOld && pointsAt == (swap.from.map { [$0] } ?? [])
            }
            if areNew { return .new }
            if areOld { return .old }
        } catch { cause += "; then \(error)" }
        throw PipelineError(
            .swapAmbiguous,
            "whether the aliases moved could not be learned",
            place: swaps.map(\.alias).joined(separator: ", "),
            cause: cause,
            fix:
                "when the target answers again, `refold status` tells where they point; the same command goes on"
        )
    }

    /// ``IndexTarget/setMark(_:of:)`` with the pipeline's errors.
    func setting(_ mark: IndexMark, of index: IndexIdentity) async throws(PipelineError) {
        do { try await setMark(mark, of: index) } catch { throw PipelineError(error) }
    }

    /// Marks an index retired, if it is there and one of ours.
    func retire(_ name: String) async throws(PipelineError) {
        guard let index = try await index(named: name), var mark = index.mark else { return }
        guard mark.state != IndexState.retired else { return }
        mark.state = IndexState.retired
        try await setting(mark, of: index.identity)
    }
}

/// Where aliases were found after a swap whose answer was lost.
private enum Whereabouts {
    case new
    case old
}
