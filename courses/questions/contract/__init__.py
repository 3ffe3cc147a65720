"""The contract of a question type as tests, for our own types and for those of host projects.

A test parametrised over `RULES` calls each with the type's `Cases`; a rule that is broken raises
AssertionError. docs/question-types/README.md shows such a test.
"""

from collections.abc import Callable

from courses.questions.contract import editor, rules
from courses.questions.contract.cases import Cases, Drive, Value, rotate

__all__ = ["RULES", "SHIPPED_RULES", "Cases", "Drive", "Value", "rotate"]

RULES: tuple[Callable[[Cases], None], ...] = (
    rules.members_are_declared,
    rules.examples_have_no_problems,
    rules.dump_and_load_lose_nothing,
    rules.order_of_json_objects_means_nothing,
    rules.unknown_and_missing_data_is_refused_with_its_path,
    rules.samples_earn_what_they_promise,
    rules.solution_earns_full_marks,
    rules.nothing_answered_earns_nothing,
    rules.canonical_response_can_be_sent_again,
    rules.unknown_field_of_a_response_is_refused_by_name,
    rules.refused_save_gives_back_what_was_sent,
    rules.draws_depend_on_the_generator_alone,
    rules.exchange_item_loses_nothing,
    rules.exchange_item_of_unknown_origin_is_read_where_it_can_be,
    rules.nothing_is_revealed_before_its_time,
    rules.every_flag_reveals_its_own_and_no_more,
    rules.judgements_are_of_what_was_chosen,
    rules.twins_look_the_same_until_review,
    rules.twins_react_the_same_to_a_response,
    rules.review_gives_a_reason_for_every_judgement,
    rules.language_changes_no_mark,
    editor.form_gives_back_the_data,
    editor.new_form_holds_nothing_and_can_be_filled,
    editor.error_of_every_field_stands_beside_it,
)
SHIPPED_RULES = (*RULES, editor.every_field_has_a_label)
"""What types that ship keep besides."""
