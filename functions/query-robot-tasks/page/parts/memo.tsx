import { Component, type ComponentType } from 'preact';

/** A component that is drawn anew only when `isSame` says that its properties have changed. */
export function memo<Props extends object>(
  Inner: ComponentType<Props>,
  isSame: (old: Props, next: Props) => boolean = isShallowSame,
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return !isSame(this.props, next);
    }
    override render() {
      return <Inner {...this.props} />;
    }
  };
}

function isShallowSame<Props extends object>(old: Props, next: Props): boolean {
  return (Object.keys(next) as (keyof Props)[]).every((name) => old[name] === next[name]);
}
