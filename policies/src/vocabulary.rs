//! The names that rules and requests share.
//!
//! Guarantees: parsed once per process; the group hierarchy of [`Step`] is the only entity data that any
//! rule can see.

use crate::facts::Fact;
use crate::review::ReviewAction;
use crate::set::{PolicyError, SCHEMA};
use crate::step::Step;
use cedar_policy::{Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema};
use domain::kinds::{Autonomy, BlockReason, Intent, UserRole};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

pub(crate) fn engine(e: impl fmt::Display) -> PolicyError {
    PolicyError::Engine(e.to_string())
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Who {
    Agent(Autonomy),
    Person(UserRole),
}

impl Who {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let agents = Autonomy::ALL.iter().map(|a| Self::Agent(*a));
        agents.chain(UserRole::ALL.iter().map(|r| Self::Person(*r)))
    }

    pub(crate) fn uid(self, types: &Types) -> EntityUid {
        match self {
            Self::Agent(autonomy) => uid(&types.agent, autonomy.as_str()),
            Self::Person(role) => uid(&types.role, role.as_str()),
        }
    }
}

/// What is asked: the actions of the schema.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Question {
    Ever,
    Now,
    Alone,
    Review(ReviewAction),
}

impl Question {
    /// The agent's three questions, in the order in which they are asked.
    pub(crate) const GATES: [Self; 3] = [Self::Ever, Self::Now, Self::Alone];

    /// All questions of a principal.
    pub(crate) fn of(who: Who) -> Vec<Self> {
        match who {
            Who::Agent(_) => Self::GATES.to_vec(),
            Who::Person(_) => ReviewAction::ALL.iter().map(|r| Self::Review(*r)).collect(),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ever => "ever",
            Self::Now => "now",
            Self::Alone => "alone",
            Self::Review(action) => action.as_str(),
        }
    }
}

/// Names of the schema's entity types, parsed once.
#[derive(Debug, Clone)]
pub(crate) struct Types {
    pub(crate) action: EntityTypeName,
    pub(crate) agent: EntityTypeName,
    pub(crate) role: EntityTypeName,
    pub(crate) step: EntityTypeName,
    pub(crate) stage: EntityTypeName,
    pub(crate) debtor: EntityTypeName,
    pub(crate) tone: EntityTypeName,
    pub(crate) text: EntityTypeName,
    pub(crate) grounding: EntityTypeName,
    pub(crate) recipient: EntityTypeName,
    pub(crate) intent: EntityTypeName,
    pub(crate) block: EntityTypeName,
    pub(crate) fact: EntityTypeName,
}

/// An entity of a type.
pub(crate) fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// What all rule sets share.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) schema: Schema,
    pub(crate) types: Types,
    pub(crate) entities: Entities,
    pub(crate) words: Words,
}

/// Members of sets, made once: making one costs more than copying it.
#[derive(Debug)]
pub(crate) struct Words {
    facts: Vec<RestrictedExpression>,
    blocks: Vec<RestrictedExpression>,
    intents: Vec<RestrictedExpression>,
}

impl Words {
    fn new(types: &Types) -> Self {
        Self {
            facts: Fact::ALL.iter().map(|f| literal(&types.fact, f.as_str())).collect(),
            blocks: BlockReason::ALL.iter().map(|b| literal(&types.block, b.as_str())).collect(),
            intents: Intent::ALL.iter().map(|i| literal(&types.intent, i.as_str())).collect(),
        }
    }

    pub(crate) fn facts(&self, t: &Types, of: impl Iterator<Item = Fact>) -> RestrictedExpression {
        set(of.map(|f| copy(&self.facts, f as usize, &t.fact, f.as_str())))
    }

    pub(crate) fn blocks(&self, t: &Types, of: impl Iterator<Item = BlockReason>) -> RestrictedExpression {
        set(of.map(|b| copy(&self.blocks, b as usize, &t.block, b.as_str())))
    }

    pub(crate) fn intents(&self, t: &Types, of: impl Iterator<Item = Intent>) -> RestrictedExpression {
        set(of.map(|i| copy(&self.intents, i as usize, &t.intent, i.as_str())))
    }
}

fn set(members: impl Iterator<Item = RestrictedExpression>) -> RestrictedExpression {
    RestrictedExpression::new_set(members)
}

pub(crate) fn literal(kind: &EntityTypeName, id: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid(kind, id))
}

/// Lists and enumerations have the same order (a test looks); a member that is not there is made anew.
fn copy(made: &[RestrictedExpression], at: usize, kind: &EntityTypeName, id: &str) -> RestrictedExpression {
    made.get(at).cloned().unwrap_or_else(|| literal(kind, id))
}

impl Vocabulary {
    pub(crate) fn load() -> Result<Arc<Self>, PolicyError> {
        static LOADED: OnceLock<Result<Arc<Vocabulary>, PolicyError>> = OnceLock::new();
        LOADED.get_or_init(|| Self::new().map(Arc::new)).clone()
    }

    fn new() -> Result<Self, PolicyError> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(engine)?;
        let kind = |name| EntityTypeName::from_str(name).map_err(engine);
        let types = Types {
            action: kind("Action")?,
            agent: kind("Agent")?,
            role: kind("Role")?,
            step: kind("Step")?,
            stage: kind("Stage")?,
            debtor: kind("Debtor")?,
            tone: kind("Tone")?,
            text: kind("Text")?,
            grounding: kind("Grounding")?,
            recipient: kind("Recipient")?,
            intent: kind("Intent")?,
            block: kind("Block")?,
            fact: kind("Fact")?,
        };
        let steps = Step::ALL.iter().map(|step| {
            let parents: HashSet<EntityUid> =
                step.parents().iter().map(|p| uid(&types.step, p.as_str())).collect();
            Entity::new_no_attrs(uid(&types.step, step.as_str()), parents)
        });
        let entities = Entities::from_entities(steps, Some(&schema)).map_err(engine)?;
        let words = Words::new(&types);
        Ok(Self { schema, types, entities, words })
    }
}
