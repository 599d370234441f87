//! Rules made ready for asking.
//!
//! Why: a decision must cost microseconds, and Cedar's evaluator spends most of its time on the scopes
//! of rules. Who asks, what is asked and about which step are closed lists, so all scopes are decided
//! once, when a set is loaded: for every combination there is a slice with exactly the rules whose scope
//! holds there, and in the slice the rules bear no scope any more. Beside it stands the same slice with
//! all its forbids joined into one, which answers the common case that none of them matches.
//! Guarantees: asking a slice gives the answer of the whole set (a test compares the two).

use crate::facts::FactSet;
use crate::review::ReviewAction;
use crate::rule::{Effect, Origin, Rule};
use crate::set::PolicyError;
use crate::step::Step;
use crate::vocabulary::{Question, Vocabulary, Who, engine, uid};
use cedar_policy::{
    ActionConstraint, EntityTypeName, EntityUid, Policy, PolicyId, PrincipalConstraint, ResourceConstraint,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Rules of one origin with their slices.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rules: Vec<Rule>,
    pub(crate) index: HashMap<PolicyId, usize>,
    slices: HashMap<(Who, Question, Step), Arc<Slice>>,
}

/// The rules that bear on one question.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Each rule by itself.
    pub(crate) each: cedar_policy::PolicySet,
    /// The permits, and one forbid that matches where any forbid of the slice matches. An answer counts
    /// only when that one neither matched nor failed; otherwise `each` has to be asked.
    pub(crate) joined: cedar_policy::PolicySet,
}

impl Compiled {
    pub(crate) fn new(rules: Vec<Rule>, vocabulary: &Vocabulary) -> Result<Self, PolicyError> {
        let bare: Vec<Policy> = rules.iter().map(without_scope).collect::<Result<_, _>>()?;
        let index = rules.iter().enumerate().map(|(i, r)| (r.policy.id().clone(), i)).collect();
        let mut made: HashMap<Vec<usize>, Arc<Slice>> = HashMap::new();
        let mut slices = HashMap::new();
        for who in Who::all() {
            for question in Question::of(who) {
                for step in Step::ALL {
                    let speaks = |r: &Rule| {
                        may_speak(r, question, *step) && holds(r, who, question, *step, vocabulary)
                    };
                    let fitting: Vec<usize> =
                        rules.iter().enumerate().filter(|(_, r)| speaks(r)).map(|(at, _)| at).collect();
                    if fitting.is_empty() {
                        continue;
                    }
                    let slice = match made.get(&fitting) {
                        Some(slice) => Arc::clone(slice),
                        None => {
                            let members: Vec<&Policy> =
                                fitting.iter().filter_map(|at| bare.get(*at)).collect();
                            Arc::clone(made.entry(fitting).or_insert(Arc::new(Slice::new(&members)?)))
                        }
                    };
                    slices.insert((who, question, *step), slice);
                }
            }
        }
        Ok(Self { rules, index, slices })
    }

    /// The rules that bear on a question; `None` when there is none.
    pub(crate) fn slice(&self, who: Who, question: Question, step: Step) -> Option<&Slice> {
        self.slices.get(&(who, question, step)).map(Arc::as_ref)
    }
}

impl Slice {
    fn new(members: &[&Policy]) -> Result<Self, PolicyError> {
        let forbids = |p: &&&Policy| p.effect() == cedar_policy::Effect::Forbid;
        let each =
            cedar_policy::PolicySet::from_policies(members.iter().map(|p| (*p).clone())).map_err(engine)?;
        let permits = members.iter().filter(|p| !forbids(p)).map(|p| (*p).clone());
        let mut joined = cedar_policy::PolicySet::from_policies(permits).map_err(engine)?;
        let conditions =
            members.iter().filter(forbids).map(|p| condition(p)).collect::<Result<Vec<_>, _>>()?;
        if let Some(any) = any_of(conditions) {
            let body = json!({
                "effect": "forbid",
                "principal": { "op": "All" }, "action": { "op": "All" }, "resource": { "op": "All" },
                "conditions": [{ "kind": "when", "body": any }],
            });
            // A space keeps the id apart from those of rules.
            let id = PolicyId::new("any forbid");
            joined.add(Policy::from_json(Some(id), body).map_err(engine)?).map_err(engine)?;
        }
        Ok(Self { each, joined })
    }
}

/// The condition of a rule without a scope, as a JSON expression: all `when` and no `unless`.
fn condition(policy: &Policy) -> Result<Value, PolicyError> {
    let json = policy.to_json().map_err(engine)?;
    let clauses = json.get("conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut all: Option<Value> = None;
    for clause in clauses {
        let body = clause.get("body").ok_or_else(|| engine("a condition has no body"))?.clone();
        let holds = match clause.get("kind").and_then(Value::as_str) {
            Some("when") => body,
            Some("unless") => json!({ "!": { "arg": body } }),
            Some(_) | None => return Err(engine("a condition is neither when nor unless")),
        };
        all = Some(match all {
            Some(before) => json!({ "&&": { "left": before, "right": holds } }),
            None => holds,
        });
    }
    Ok(all.unwrap_or_else(|| json!({ "Value": true })))
}

/// A balanced tree of "or", so that many rules do not nest deeply.
fn any_of(mut parts: Vec<Value>) -> Option<Value> {
    while parts.len() > 1 {
        let mut next = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(left) = rest.next() {
            next.push(match rest.next() {
                Some(right) => json!({ "||": { "left": left, "right": right } }),
                None => left,
            });
        }
        parts = next;
    }
    parts.pop()
}

/// A company's forbids cannot keep the agent from stopping itself, nor a person from saying no.
fn may_speak(rule: &Rule, question: Question, step: Step) -> bool {
    let bounded = rule.info.origin == Origin::Company && rule.info.effect == Effect::Forbid;
    let protected = match question {
        Question::Ever | Question::Now => step.is_in(Step::Protective),
        Question::Review(action) => action == ReviewAction::Reject,
        Question::Alone => false,
    };
    !(bounded && protected)
}

/// Whether a rule has no effect on something that its scope covers.
pub(crate) fn partly_silent(rule: &Rule, vocabulary: &Vocabulary) -> bool {
    Who::all().any(|who| {
        Question::of(who).into_iter().any(|question| {
            Step::ALL.iter().any(|step| {
                !may_speak(rule, question, *step) && holds(rule, who, question, *step, vocabulary)
            })
        })
    })
}

/// Whether the scope of a rule holds. Agents, roles and actions have no groups, steps have.
fn holds(rule: &Rule, who: Who, question: Question, step: Step, vocabulary: &Vocabulary) -> bool {
    let types = &vocabulary.types;
    let principal = who.uid(types);
    let action = uid(&types.action, question.as_str());
    let resource = uid(&types.step, step.as_str());
    let is = |kind: &EntityTypeName, entity: &EntityUid| kind == entity.type_name();
    let within = |group: &EntityUid| {
        let name = group.id().unescaped();
        is(&types.step, group) && Step::ALL.iter().any(|s| s.as_str() == name && step.is_in(*s))
    };
    let asks = match rule.policy.principal_constraint() {
        PrincipalConstraint::Any => true,
        PrincipalConstraint::Eq(one) | PrincipalConstraint::In(one) => one == principal,
        PrincipalConstraint::Is(kind) => is(&kind, &principal),
        PrincipalConstraint::IsIn(kind, one) => is(&kind, &principal) && one == principal,
    };
    let asked = match rule.policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == action,
        ActionConstraint::In(some) => some.contains(&action),
    };
    let touched = match rule.policy.resource_constraint() {
        ResourceConstraint::Any => true,
        ResourceConstraint::Eq(one) => one == resource,
        ResourceConstraint::In(group) => within(&group),
        ResourceConstraint::Is(kind) => is(&kind, &resource),
        ResourceConstraint::IsIn(kind, group) => is(&kind, &resource) && within(&group),
    };
    asks && asked && touched
}

/// The same effect and conditions under the same id, for any principal, action and resource.
fn without_scope(rule: &Rule) -> Result<Policy, PolicyError> {
    let mut json = rule.policy.to_json().map_err(engine)?;
    let Some(fields) = json.as_object_mut() else { return Err(engine("a rule has no JSON form")) };
    for scope in ["principal", "action", "resource"] {
        fields.insert(scope.to_owned(), json!({ "op": "All" }));
    }
    fields.remove("annotations");
    Policy::from_json(Some(rule.policy.id().clone()), json).map_err(engine)
}

/// The facts each step rests on.
#[derive(Debug)]
pub(crate) struct Needs(Vec<(Step, FactSet, FactSet)>);

impl Needs {
    pub(crate) fn new() -> Self {
        Self(Step::ALL.iter().map(|s| (*s, s.needed(false), s.needed(true))).collect())
    }

    pub(crate) fn of(&self, step: Step, adverse: bool) -> FactSet {
        let found = self.0.iter().find(|(s, ..)| *s == step);
        found.map_or_else(FactSet::default, |(_, plain, hard)| if adverse { *hard } else { *plain })
    }
}
